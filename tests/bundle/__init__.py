"""The scripts that make and install the offline bundle, loaded from where they lie."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

_SCRIPTS = Path(__file__).parents[2] / "scripts" / "bundle"


def _loaded(name):
    spec = spec_from_file_location(f"bundle_{name}", _SCRIPTS / f"{name}.py")
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build, install = _loaded("build"), _loaded("install")
