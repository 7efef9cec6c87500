"""kepu_eval: evaluation of a district's plan for citizens' scientific literacy, from units' returns to reports."""

__version__ = "0.1.0"
