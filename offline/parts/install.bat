@echo off
rem Finds a Python and hands over to install.py, which does and says everything else.
setlocal DisableDelayedExpansion
chcp 932 >nul
set "LAUNCHER=py -{python}"
%LAUNCHER% -c "raise SystemExit" >nul 2>nul
if not errorlevel 1 goto found
set "LAUNCHER=python"
%LAUNCHER% -c "import sys; raise SystemExit(sys.version_info[:2] != ({comma}))" >nul 2>nul
if not errorlevel 1 goto found
echo.
echo Python {python}（64ビット版）が見つかりません。
echo python.org の「Windows installer (64-bit)」の Python {python} をインストールし、
echo もう一度 install.bat をダブルクリックしてください。管理者権限は不要です。
set "CODE=1"
goto done

:found
%LAUNCHER% "%~dp0install.py"
set "CODE=%errorlevel%"

:done
echo.
if not defined SPOTS_NO_PAUSE pause
exit /b %CODE%
