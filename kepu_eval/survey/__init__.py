"""The citizens' survey: design-based estimates, reading a survey, published rates of higher levels."""

from kepu_eval.survey.design import SurveyDesign
from kepu_eval.survey.errors import SurveyError
from kepu_eval.survey.published import published_by
from kepu_eval.survey.reading import Survey, read_survey, share_with_missing_as_zero, small_groups

__all__ = [
    "Survey",
    "SurveyDesign",
    "SurveyError",
    "published_by",
    "read_survey",
    "share_with_missing_as_zero",
    "small_groups",
]
