"""The citizens' survey: design-based estimates, reading a survey, published rates of higher levels."""

from kepu_eval.survey.design import SurveyDesign, SurveyError
from kepu_eval.survey.published import published_by
from kepu_eval.survey.reading import Survey, read_survey

__all__ = ["Survey", "SurveyDesign", "SurveyError", "published_by", "read_survey"]
