#!/bin/bash
# Starts the workbench on macOS with a double click, and on Linux; the window stays open on an error.
here="$(cd "$(dirname "$0")" && pwd)"
# A window of Finder knows few folders: these are where Homebrew and python.org install.
PATH="$PATH:/opt/homebrew/bin:/usr/local/bin:/Library/Frameworks/Python.framework/Versions/Current/bin"

for python in python3.14 python3.13 python3.12 python3.11 python3 python; do
  if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    "$python" "$here/run.py" "$@"
    code=$?
    break
  fi
done

if [ -z "${code:-}" ]; then
  echo "没有找到 Python 3.11 或更新的版本。请从 https://www.python.org/downloads/ 安装，再打开本文件。"
  echo "No Python 3.11 or newer was found. Install it from https://www.python.org/downloads/ and open this file again."
  code=1
fi
if [ "$code" -ne 0 ] && [ -t 0 ]; then
  read -r -p "按回车键关闭 / Press Return to close "
fi
exit "$code"
