"""Reports: blocks shown in notebooks, figures, exporters, manifest."""
