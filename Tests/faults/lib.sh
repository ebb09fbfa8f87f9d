# What the fault scripts share. Source it first.
#
# A script prints one line of figures to standard output, and says what is wrong on standard error. Its folder
# $scratch is gone afterwards, and so is every program that it has started.

set -euo pipefail
export LC_ALL=C

faults=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$faults/../.." && pwd)

find_programs() {
  local folder
  for folder in ${AMS_BIN:+"$AMS_BIN"} "$root/.build/release" "$root/.build/debug"; do
    if [[ -x $folder/ams-logger && -x $folder/ams-report && -x $folder/ams-simulator ]]; then
      (cd "$folder" && pwd)
      return
    fi
  done
  echo "no ams-logger, ams-report and ams-simulator: run 'swift build', or set AMS_BIN to their folder" >&2
  return 1
}
AMS_BIN=$(find_programs)
export AMS_BIN

scratch=$(mktemp -d "${TMPDIR:-/tmp}/ams-fault.XXXXXX")
database=$scratch/ams.sqlite
children=()

finish() {
  local child
  for child in "${children[@]}"; do kill -KILL "$child" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$scratch"
}
[[ -n ${KEEP:-} ]] || trap finish EXIT
trap 'exit 1' INT TERM

# skip WHY: this fault cannot be made here.
skip() {
  echo "skipped: $*"
  exit 0
}

# own_mounts COMMAND...: in a world in which it may mount, as root or as a user who may make such a world.
own_mounts() {
  local as_root=()
  [[ $EUID == 0 ]] || as_root=(--map-root-user)
  unshare --mount "${as_root[@]}" "$@"
}

# need_mounts: runs the whole script so.
need_mounts() {
  [[ -z ${FAULT_MOUNTS:-} ]] || return 0
  own_mounts mount -t tmpfs tmpfs /mnt 2>/dev/null || skip "this user may not mount"
  rm -rf "$scratch"
  trap - EXIT
  FAULT_MOUNTS=1 own_mounts "$0"
  exit
}

# FAULT_TOOL: the compiled tool; FAULT_WORLD: the library world.c. run makes them once for all scripts.
make_tools() { # make_tools FOLDER
  swiftc -O "$faults"/tool/*.swift -o "$1/tool" &&
    clang -O2 -Wall -Wextra -Werror -shared -fPIC "$faults/world.c" -o "$1/world.so" -ldl -pthread
}
if [[ -z ${FAULT_TOOL:-} || -z ${FAULT_WORLD:-} ]]; then
  make_tools "$scratch"
  FAULT_TOOL=$scratch/tool FAULT_WORLD=$scratch/world.so
fi

logger() { "$AMS_BIN/ams-logger" "$@"; }
report() { "$AMS_BIN/ams-report" "$@"; }
simulator() { "$AMS_BIN/ams-simulator" "$@"; }
query() { "$FAULT_TOOL" query "$database" "$1"; }

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  local log
  for log in "$scratch"/*.err; do
    if [[ -s $log ]]; then tail -n 5 "$log" | sed "s/^/  ${log##*/}: /" >&2; fi
  done
  exit 1
}

# Milliseconds since 1970.
now() {
  local time=$EPOCHREALTIME
  echo $((${time/[.,]/} / 1000))
}

# wait_until SECONDS WHAT COMMAND...: until the command succeeds.
wait_until() {
  local deadline=$(($(now) + $1 * 1000)) what=$2 pause
  [[ $1 -gt 20 ]] && pause=0.1 || pause=0.01
  shift 2
  until "$@" 2>/dev/null; do
    (($(now) < deadline)) || fail "waited in vain for $what"
    sleep $pause
  done
}

# --- Meters and loggers -------------------------------------------------------------------------------------------------

# Meters play at this many times their speed, and loggers are told a line speed to go with it, so that arrivals are some
# milliseconds apart.
speed=600
baudrate=921600

# start_meter NAME OPTION...: plays a meter at $speed; sets $meter (process), $address and $meter_start (ms).
start_meter() {
  local name=$1
  shift
  : >"$scratch/meter.out"
  "$AMS_BIN/ams-simulator" play --meter "$name" --speed "$speed" "$@" >"$scratch/meter.out" 2>"$scratch/meter.err" &
  meter=$!
  children+=("$meter")
  wait_until 10 "the meter" test -s "$scratch/meter.out"
  meter_start=$(now)
  address=$(head -n 1 "$scratch/meter.out")
}

stop_meter() {
  kill "-${1:-TERM}" "$meter"
  wait "$meter" 2>/dev/null || true
}

# start_logger OPTION...: logs into $database and waits until the input is open; sets $logger.
start_logger() {
  launch_logger "$@"
  wait_until 10 "the logger to open its input" grep -q 'is open' "$scratch/logger.err"
}

# The same without waiting.
launch_logger() {
  : >"$scratch/logger.err"
  env "${world[@]}" "$AMS_BIN/ams-logger" run --database "$database" --baudrate $baudrate "$@" \
    </dev/null 2>>"$scratch/logger.err" &
  logger=$!
  children+=("$logger")
}

# The world that loggers live in from now on, as world.c has it: change_world WORLD_...=VALUE...
world=()
change_world() { world=(LD_PRELOAD="$FAULT_WORLD" WORLD_FILES="$database" "$@"); }

# set_world FILE LINE: the line of a settings file of that world.
set_world() {
  [[ -e $1 ]] || : >"$1"
  printf '%-100s\n' "$2" 1<>"$1"
}

# stop_logger: asks it to end; sets $code and $stop_time (ms).
stop_logger() {
  local start
  start=$(now)
  kill -TERM "$logger" 2>/dev/null || fail "the logger has ended by itself"
  code=0
  wait "$logger" || code=$?
  stop_time=$(($(now) - start))
}

# --- The truth ----------------------------------------------------------------------------------------------------------

# truth NAME METER FROM OPTION...: all that the meter sends in a day, as $scratch/NAME.{capture,values.jsonl,hours.jsonl}
# and line by line as NAME.messages (power) and NAME.registers.
truth() {
  local name=$1 meter=$2 from=$3
  shift 3
  simulator capture --meter "$meter" --from "$from" --days 1 --output "$scratch/$name" "$@" >/dev/null
  awk -v registers="$scratch/$name.registers" '
    function value(key) {
      if (!match($0, "\"" key "\":\"?[^,\"}]*")) return ""
      text = substr($0, RSTART, RLENGTH)
      sub(/^"[^"]*":"?/, "", text)
      return text
    }
    {
      list = value("list")
      print value("active_power_import_w") "|" value("active_power_export_w") "|" \
        value("reactive_power_import_var") "|" value("reactive_power_export_var") "|" (list == "list1" ? 0 : 1)
      if (list == "list3")
        print NR "|" value("meter_time") "|" value("active_energy_import_wh") "|" value("active_energy_export_wh") "|" \
          value("reactive_energy_import_varh") "|" value("reactive_energy_export_varh") > registers
    }' "$scratch/$name.values.jsonl" >"$scratch/$name.messages"
}

# check_rows NAME [FROM-MS [TO-MS]]: what the log holds of these arrivals is one unbroken run of the truth, message by
# message, with every register list in it. Sets $first and $last (messages, from 1), $rows and $registers.
check_rows() {
  local name=$1 from=${2:-0} to=${3:-99999999999999} place
  local span="k & 0xFFFFFFFFFFF BETWEEN $from AND $to"
  query "
    SELECT active_power_import_w, active_power_export_w, reactive_power_import_var, reactive_power_export_var,
      EXISTS (SELECT 1 FROM phase_sample WHERE phase_sample.k = power_sample.k)
    FROM power_sample WHERE $span ORDER BY k" >"$scratch/rows"
  place=$(awk '
    FNR == NR { truth[NR] = $0; all = NR; next }
    { row[FNR] = $0; rows = FNR }
    END {
      if (rows == 0) { print "the log is empty"; exit 1 }
      for (start = 1; start <= all; start++) {
        for (i = 1; i <= rows && truth[start + i - 1] == row[i]; i++);
        if (i > rows) { print start, start + rows - 1; exit }
        if (i > best) { best = i; at = start + i - 1 }
      }
      print "row " best " of " rows " is " row[best] ", where message " at " is " truth[at]
      exit 1
    }' "$scratch/$name.messages" "$scratch/rows") || fail "$place"
  read -r first last <<<"$place"
  rows=$((last - first + 1))
  awk -F'|' -v OFS='|' -v first="$first" -v last="$last" '$1 >= first && $1 <= last { print $2, $3, $4, $5, $6 }' \
    "$scratch/$name.registers" >"$scratch/registers.truth"
  query "
    SELECT clock_wall, active_energy_import_raw * f, active_energy_export_raw * f, reactive_energy_import_raw * f,
      reactive_energy_export_raw * f
    FROM (SELECT *, CASE scale WHEN 1 THEN 10 WHEN 0 THEN 1 END AS f FROM register_snapshot)
    WHERE $span ORDER BY k" >"$scratch/registers"
  diff "$scratch/registers.truth" "$scratch/registers" >&2 || fail "the registers differ (<: sent, >: logged)"
  registers=$(wc -l <"$scratch/registers")
}

# check_kept NAME UNTIL-MS: the log holds messages of the truth only, in order, and every register list that was sent from the first
# of them to this moment; samples may be missing. Sets $first, $last, $rows, $registers and $missing (samples).
check_kept() {
  local name=$1 until=$2 place next
  query "
    SELECT active_power_import_w, active_power_export_w, reactive_power_import_var, reactive_power_export_var,
      EXISTS (SELECT 1 FROM phase_sample WHERE phase_sample.k = power_sample.k)
    FROM power_sample ORDER BY k" >"$scratch/rows"
  place=$(awk '
    FNR == NR { truth[NR] = $0; all = NR; next }
    { while (++i <= all && truth[i] != $0); if (i > all) { print "row " FNR " was never sent: " $0; exit 1 }
      if (!first) first = i }
    END { if (i <= all) print first + 0, i + 0, FNR }' "$scratch/$name.messages" "$scratch/rows") || fail "$place"
  read -r first last rows <<<"$place"
  ((first > 0)) || fail "the log is empty"
  missing=$((last - first + 1 - rows))
  query 'SELECT DISTINCT clock_wall FROM register_snapshot ORDER BY 1' >"$scratch/registers"
  registers=$(wc -l <"$scratch/registers")
  while IFS='|' read -r next wall _; do
    ((next >= first && meter_start + $(sent_at "$name" "$next") / speed < until)) || continue
    grep -qxF "$wall" "$scratch/registers" || fail "the register list of $wall, message $next, is missing"
  done <"$scratch/$name.registers"
}

# outlast NAME SECONDS BEGIN END: a logger that reads a meter for as long as a fault lasts, which the command BEGIN begins and END ends: it
# goes on, takes up writing again within 10 s, and no register is lost. Sets $resumed (ms), $code, $stop_time and what check_kept sets.
outlast() {
  local before ended asked
  sleep 3
  eval "$3"
  sleep 1
  before=$(query 'SELECT count(*) FROM power_sample' 2>"$scratch/query.err" || echo unknown)
  sleep "$2"
  kill -0 "$logger" 2>/dev/null || fail "the logger has ended"
  eval "$4"
  ended=$(now)
  : >"$scratch/query.err"
  [[ $before != unknown ]] || before=$(query 'SELECT count(*) FROM power_sample')
  has_more() { (($(query 'SELECT count(*) FROM power_sample') > before)); }
  wait_until 15 "the logger to write again" has_more
  resumed=$(($(now) - ended))
  ((resumed <= 10000)) || fail "writing again took $resumed ms"
  sleep 2
  asked=$(now)
  stop_logger
  ((code == 0)) || fail "exit code $code"
  ((stop_time < 2000)) || fail "stopping took $stop_time ms"
  check_kept "$1" $((asked - 1000))
  # What is missing was counted, and the log tells of it.
  ((missing == 0)) || [[ $(query "SELECT count(*) FROM event WHERE text LIKE '%sample%'") != 0 ]] ||
    fail "$missing samples are missing, and no event tells of it"
  [[ $(query 'PRAGMA integrity_check') == ok ]] || fail "the log is damaged"
}

# expect_hours NAME FROM TO: the report of these hours is what the registers of the truth say.
expect_hours() {
  awk -F'[:,"}]+' '{
      for (i = 2; i <= NF; i++) {
        if ($i == "hour") start = $(i + 1) ":" $(i + 2) ":" $(i + 3)
        if ($i == "import_register_start_wh") begin = $(i + 1)
        if ($i == "import_register_end_wh") end = $(i + 1)
      }
      printf "%s,%.3f\n", start, (end - begin) / 1000
    }' "$scratch/$1.hours.jsonl" >"$scratch/hours.truth"
  report hourly --database "$database" --from "$2" --to "$3" --format csv 2>"$scratch/report.err" >"$scratch/report.csv" ||
    fail "the report ended with $?"
  awk -F, '
    NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    { print $column["start_utc"] "," $column["import_kwh"] }' "$scratch/report.csv" >"$scratch/hours"
  diff "$scratch/hours.truth" "$scratch/hours" >&2 || fail "the hours of $1 differ (<: true, >: reported)"
}

# sent_at NAME MESSAGE: milliseconds from the beginning of the truth, which is a day, to when a message was sent.
sent_at() {
  sed -n "1p;$2p" "$scratch/$1.values.jsonl" | awk '
    { match($0, /"sent":"[^"]*/); split(substr($0, RSTART + 19, 12), part, ":")
      time = int((part[1] * 3600 + part[2] * 60 + part[3]) * 1000 + 0.5)
      if (NR == 1) begin = time }
    END { print time - begin + (time < begin) * 86400000 }'
}
