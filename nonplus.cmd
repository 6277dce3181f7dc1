@echo off
rem Runs Nonplus from its source folder on Windows: finds a JDK, builds what is missing or older
rem than its sources, and runs java.
rem   NONPLUS_JAVA_OPTIONS   further options for the JVM, for example -Xmx8g
rem Kept in ASCII, with CR LF line endings, without blocks in parentheses around anything that
rem expands a path (a path may hold a parenthesis), and without delayed expansion (an argument may
rem hold an exclamation mark).
setlocal EnableExtensions DisableDelayedExpansion

rem The folder of this script, without the backslash at its end, which would escape a quote.
for %%I in ("%~dp0.") do set "np_home=%%~fI"

rem JAVA_HOME wins if it is new enough; otherwise the newest JDK in the usual places.
set "np_best="
set "np_rank=0"
set "np_seen="
if defined JAVA_HOME call :consider "%JAVA_HOME%"
if %np_rank% GEQ 25000000 goto found
for /f "delims=" %%J in ('where javac.exe 2^>nul') do for %%D in ("%%~dpJ..") do call :consider "%%~fD"
for %%V in ("Eclipse Adoptium" "Java" "Microsoft" "Zulu" "Amazon Corretto" "BellSoft" "OpenJDK" "SapMachine\JDK") do call :look "%ProgramFiles%\%%~V"
for %%V in ("Eclipse Adoptium" "Microsoft" "Zulu" "Amazon Corretto") do call :look "%LocalAppData%\Programs\%%~V"
call :look "%UserProfile%\.jdks"
call :look "%UserProfile%\.gradle\jdks"
call :look "%UserProfile%\.sdkman\candidates\java"
call :look "%UserProfile%\scoop\apps"
call :look "%SystemDrive%\java"
call :look "%SystemDrive%\."
if %np_rank% GEQ 25000000 goto found
if not defined np_seen set "np_seen= none"
>&2 echo Nonplus needs a JDK 25 or newer but found%np_seen%: install one (for example from https://adoptium.net, or for Windows on ARM64 from https://learn.microsoft.com/java/openjdk), and set JAVA_HOME if its folder is an unusual one.
exit /b 1

rem Takes the newest of the JDKs in folder %1 (scoop's are one folder deeper).
:look
for /f "delims=" %%D in ('dir /b /ad "%~1" 2^>nul') do call :consider "%~1\%%D"
for /f "delims=" %%D in ('dir /b /ad "%~1" 2^>nul') do call :consider "%~1\%%D\current"
goto :eof

rem Takes folder %1 if it holds a newer JDK than the one found so far. The version is read from the
rem file `release`: no JVM starts.
:consider
if not exist "%~1\release" goto :eof
if not exist "%~1\bin\javac.exe" goto :eof
set "np_version="
for /f "usebackq eol=M tokens=1,2 delims==" %%A in ("%~1\release") do if "%%A"=="JAVA_VERSION" set "np_version=%%~B"
if not defined np_version goto :eof
set "np_seen=%np_seen% %np_version% in %~1;"
set "np_this=0"
for /f "tokens=1-3 delims=.-+_" %%A in ("%np_version%.0.0") do set /a "np_this=%%A*1000000+%%B*1000+%%C" 2>nul
if %np_this% LEQ %np_rank% goto :eof
set "np_rank=%np_this%"
set "np_best=%~1"
goto :eof

rem One java is run at a time, so nothing of this is passed on to a child but the path.
:found
set "JAVA_HOME=%np_best%"
set "np_start=%np_home%\cli\target\start.aot"
set "np_path=%np_home%\cli\target\*;%np_home%\cli\target\lib\*"
set "np_builds=0"
if exist "%np_home%\cli\target\built" goto run
>&2 echo nonplus: building on first use, which takes a minute and downloads from Maven Central

:build
set /a "np_builds+=1"
if not exist "%np_home%\target" mkdir "%np_home%\target"
>"%np_home%\target\build.start" type nul
pushd "%np_home%"
call mvnw.cmd -q -B -ntp -Dmaven.test.skip=true package >"%np_home%\target\build.log" 2>&1 <nul
set "np_code=%ERRORLEVEL%"
popd
if "%np_code%"=="0" goto built
>&2 echo nonplus: the build failed; its log is %np_home%\target\build.log
exit /b 1
:built
rem Runs a window of ids, and has the JVM write down the classes that it loaded: later commands then
rem start sooner. Without the file they start as if there were none.
if exist "%np_start%" del "%np_start%"
>"%np_home%\target\ids" echo 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
"%JAVA_HOME%\bin\java.exe" "@%np_home%\build\java-options" "-XX:CompileCommandFile=%np_home%\build\compile-commands" "-XX:AOTCacheOutput=%np_start%" "-Dnonplus.home=%np_home%" -classpath "%np_path%" io.github.nonplus.cli.Main calculate-perplexity --no-journal --device cpu --model "%np_home%\examples\novella-6m" --input-path "%np_home%\target\ids" >nul 2>&1 <nul
del "%np_home%\target\ids"
move /y "%np_home%\target\build.start" "%np_home%\cli\target\built" >nul
goto run

rem Java itself looks whether a source is newer than the build, and then ends with 75.
:run
set "np_share=-Xshare:auto"
if exist "%np_start%" set "np_share=-XX:AOTCache=%np_start%"
set "np_look=-Dnonplus.sources=%np_home%"
if %np_builds% GEQ 2 set "np_look=-Dnonplus.look=none"
"%JAVA_HOME%\bin\java.exe" "@%np_home%\build\java-options" "-XX:CompileCommandFile=%np_home%\build\compile-commands" "%np_share%" "%np_look%" "-Dnonplus.program=nonplus" "-Dnonplus.home=%np_home%" %NONPLUS_JAVA_OPTIONS% -classpath "%np_path%" io.github.nonplus.cli.Main %*
set "np_code=%ERRORLEVEL%"
if "%np_code%"=="75" if %np_builds% LSS 2 goto stale
exit /b %np_code%

:stale
>&2 echo nonplus: sources have changed, building again
goto build
