#!/bin/sh
# Finds a Python of the wanted version and hands over to install.py. Needs no network, no administrator, no pip and no ensurepip.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
for python in python@PYTHON@ python3 python; do
    if "$python" -c "import sys, venv; sys.exit('%d.%d' % sys.version_info[:2] != '@PYTHON@')" >/dev/null 2>&1; then
        exec "$python" "$here/install.py" "$@"
    fi
done
echo "本机没有 Python @PYTHON@。请用系统的软件包安装 python@PYTHON@，或向管理员索取，再运行：sh 安装.sh" >&2
exit 1
