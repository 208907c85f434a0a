@echo off
rem Hands over to start.py what was dropped here. The whole command line goes there as Explorer made
rem it: a name with "&" and no blank stands in it without quotes, and would be cut here.
setlocal DisableDelayedExpansion
chcp 932 >nul
set "HERE=%~dp0"
set SPOTS_ARGUMENTS=%*
setlocal EnableDelayedExpansion
set "SPOTS_STARTED=!cmdcmdline!"
if not exist "!HERE!venv\Scripts\python.exe" goto missing
"!HERE!venv\Scripts\python.exe" "!HERE!start.py"
set "CODE=!errorlevel!"
goto done

:missing
echo.
echo まだインストールされていません。install.bat をダブルクリックしてください。
set "CODE=1"

:done
echo.
if not defined SPOTS_NO_PAUSE pause
rem Started by Explorer, everything ends here: what stands behind "&" in a name is no command.
if defined SPOTS_STARTED if "!SPOTS_STARTED:/c=!"=="!SPOTS_STARTED!" exit /b !CODE!
exit !CODE!
