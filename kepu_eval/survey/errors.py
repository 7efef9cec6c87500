"""What is raised when survey data do not support the estimate asked for."""


class SurveyError(ValueError):
    """Survey data that do not support the estimate asked for; the Chinese message says what to do."""
