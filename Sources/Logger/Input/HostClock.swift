import CTimex
import Glibc
import Metering

/// The clock of this machine, for arrival times. It may step when somebody sets it.
enum HostClock {
  static func now() -> UTCTime { UTCTime(milliseconds: clockMilliseconds(CLOCK_REALTIME)) }

  /// Since the computer was started, its sleep included; it never steps.
  static func sinceBoot() -> TimeSpan { TimeSpan(milliseconds: clockMilliseconds(CLOCK_BOOTTIME)) }

  /// Whether a time server keeps the clock: by the kernel, or where that may not be asked, by what systemd-timesyncd has left.
  static func state() -> ClockState {
    var state = timex()
    let answer = adjtimex(&state)
    if answer < 0 { return access("/run/systemd/timesync/synchronized", F_OK) == 0 ? .synchronised : .unknown }
    return answer != TIME_ERROR && state.status & STA_UNSYNC == 0 ? .synchronised : .free
  }

  /// Of the clock that never steps, from some beginning.
  static func uptime() -> TimeSpan { TimeSpan(milliseconds: clockMilliseconds(CLOCK_MONOTONIC)) }
}

/// Whether something keeps the host's clock right.
enum ClockState: Hashable, Sendable {
  case synchronised, free
  /// The kernel was not to be asked.
  case unknown
}

/// An instant ahead on the clock that never steps, for pauses and time-outs.
struct Deadline: Sendable {
  private let milliseconds: Int64

  init(in span: TimeSpan) {
    milliseconds = clockMilliseconds(CLOCK_MONOTONIC) + span.milliseconds
  }

  /// What is left until then; zero once it has passed.
  var remaining: TimeSpan {
    TimeSpan(milliseconds: max(0, milliseconds - clockMilliseconds(CLOCK_MONOTONIC)))
  }

  var hasPassed: Bool { remaining == .zero }
}

private func clockMilliseconds(_ clock: clockid_t) -> Int64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
}
