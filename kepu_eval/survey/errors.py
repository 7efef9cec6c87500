"""What is raised when survey data do not support the estimate asked for."""

from kepu_eval.errors import KepuError


class SurveyError(KepuError):
    """Survey data that do not support the estimate asked for; the Chinese message says what to do."""
