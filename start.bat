@echo off
rem Starts the workbench on Windows with a double click; the window stays open on an error.
setlocal
set "PYTHON="
for %%V in (3.14 3.13 3.12 3.11 3) do if not defined PYTHON (
  py -%%V -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && set "PYTHON=py -%%V"
)
if not defined PYTHON (
  python -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && set "PYTHON=python"
)
if not defined PYTHON goto missing
%PYTHON% "%~dp0run.py" %*
set "CODE=%ERRORLEVEL%"
if not "%CODE%"=="0" pause
exit /b %CODE%

rem Chinese comes last: once the code page is UTF-8, cmd may lose its place in a file after it.
:missing
chcp 65001 >nul
echo No Python 3.11 or newer was found. Install it from https://www.python.org/downloads/ and open this file again.
echo 没有找到 Python 3.11 或更新的版本。请从 https://www.python.org/downloads/ 安装，再打开本文件。
pause
exit /b 1
