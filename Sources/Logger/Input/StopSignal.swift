import Glibc
import Metering
import Synchronization

/// SIGTERM, SIGINT and SIGHUP as a request to stop.
///
/// The first one asks for an orderly end. A second one, from somebody in a hurry, ends the process at once with the shell's code
/// for it, 128 + the signal's number: an interrupt, or any a second later, since a terminal that closes sends two at once. SIGPIPE
/// is ignored, so that a closed pipe is an error of `write`.
enum StopSignal {
  /// Installs the handlers; first thing in the program, once. The returned request is never released.
  static func install() throws(SystemError) -> Stop {
    let stop = try Stop()
    _ = Unmanaged.passRetained(stop)
    requestNumber.store(stop.requestNumber, ordering: .sequentiallyConsistent)
    firstSignal.store(0, ordering: .sequentiallyConsistent)
    signal(SIGPIPE, SIG_IGN)
    for number in [SIGTERM, SIGINT, SIGHUP] {
      // `nohup` has said that a hang-up is not meant for this program.
      if number == SIGHUP, isIgnored(number) { continue }
      var action = sigaction()
      action.__sigaction_handler.sa_handler = handleStopSignal
      action.sa_flags = SA_RESTART
      sigemptyset(&action.sa_mask)
      guard sigaction(number, &action, nil) == 0 else { throw SystemError(errno) }
    }
    return stop
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var current = sigaction()
    guard sigaction(number, nil, &current) == 0 else { return false }
    let ignored = unsafeBitCast(SIG_IGN, to: Int.self)
    return unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self) == ignored
  }
}

// A signal belongs to the process, and its handler can reach nothing but globals: these two, both lock-free and
// initialised before the handler is installed.
private let requestNumber = Atomic<Int32>(-1)
/// When the first signal came, in milliseconds of the clock that never steps; 0 before.
private let firstSignal = Atomic<Int64>(0)

/// Async-signal-safe: atomics, `clock_gettime` (in `HostClock`), `write` and `_exit` alone; `errno` is left as it was.
private func handleStopSignal(_ number: Int32) {
  let code = errno
  let now = HostClock.uptime().milliseconds
  let (isFirst, first) = firstSignal.compareExchange(expected: 0, desired: now, ordering: .sequentiallyConsistent)
  if !isFirst, number == SIGINT || now &- first >= 1000 { _exit(128 + number) }
  var octet: UInt8 = 0
  _ = write(requestNumber.load(ordering: .sequentiallyConsistent), &octet, 1)
  errno = code
}
