@echo off
rem Kept to what every cmd.exe since Windows 7 reads, in any code page: see build.py. install.py does the work.
setlocal
set "HERE=%~dp0"
set "WANTED=@PYTHON@"
if not exist "%HERE%install.py" goto unpack
if not exist "%HERE%wheels\" goto unpack
py -%WANTED% -c "" >nul 2>nul
if not errorlevel 1 goto launcher
set "PYTHON=%LocalAppData%\Programs\Python\Python%WANTED:.=%\python.exe"
if exist "%PYTHON%" goto run
python -c "import sys; sys.exit('%%d.%%d' %% sys.version_info[:2] != '%WANTED%')" >nul 2>nul
if not errorlevel 1 goto plain
set "SETUP="
for %%f in ("%HERE%python-%WANTED%*.exe") do set "SETUP=%%~ff"
if not defined SETUP goto missing
echo 正在为当前用户安装 Python %WANTED%，不需要管理员
start /wait "" "%SETUP%" /passive InstallAllUsers=0 InstallLauncherAllUsers=0 Include_launcher=0 Include_test=0 Include_doc=0 Shortcuts=0
if exist "%PYTHON%" goto run
:missing
echo 本机没有 Python %WANTED%（64位）。
echo 请把 python.org 的 python-%WANTED%.x-amd64.exe 放进本文件夹，再双击安装.bat。
goto failed
:unpack
echo 请先把压缩包全部解压，再到解压后的文件夹里双击安装.bat。
goto failed
:launcher
py -%WANTED% "%HERE%install.py" %*
goto done
:plain
python "%HERE%install.py" %*
goto done
:run
"%PYTHON%" "%HERE%install.py" %*
:done
if not errorlevel 1 exit /b 0
:failed
pause
exit /b 1
