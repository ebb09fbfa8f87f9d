import Foundation
import Glibc
import Metering
import Testing

@testable import Logger

/// Each in a process of its own: signals belong to the process.
@Suite struct `Stop signal` {
  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func `the first signal is a request, and wakes a sleeping loop`(number: Int32) async {
    await #expect(processExitsWith: .exitCode(42)) { [number] in
      let stop = try StopSignal.install()
      guard !stop.isRequested else { exit(1) }
      Thread.detachNewThread {
        usleep(100_000)
        kill(getpid(), number)
      }
      guard stop.wait(upTo: .hours(1)) == .stopped, stop.isRequested else { exit(2) }
      exit(42)
    }
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func `the second signal ends the process with the shell's code`(number: Int32) async {
    await #expect(processExitsWith: .exitCode(128 + number)) { [number] in
      let stop = try StopSignal.install()
      // Not `raise`: the threads that tests run on have signals blocked.
      kill(getpid(), SIGTERM)
      guard stop.wait(upTo: .seconds(10)) == .stopped else { exit(1) }
      // Nobody is in a hurry within a second, but with Ctrl-C.
      if number != SIGINT { sleep(1) }
      kill(getpid(), number)
      sleep(10)
      exit(2)
    }
  }

  @Test(arguments: [SIGTERM, SIGHUP])
  func `a terminal that closes sends two signals at once, and leaves the time to end in good order`(number: Int32) async
  {
    await #expect(processExitsWith: .exitCode(42)) { [number] in
      let stop = try StopSignal.install()
      kill(getpid(), SIGHUP)
      kill(getpid(), number)
      exit(stop.wait(upTo: .seconds(10)) == .stopped ? 42 : 1)
    }
  }

  @Test func `a hang-up stays ignored under nohup`() async {
    await #expect(processExitsWith: .exitCode(42)) {
      signal(SIGHUP, SIG_IGN)
      let stop = try StopSignal.install()
      kill(getpid(), SIGHUP)
      guard stop.wait(upTo: TimeSpan(milliseconds: 100)) == .timedOut else { exit(1) }
      // Were the hang-up counted, this would be the second signal.
      kill(getpid(), SIGTERM)
      exit(stop.wait(upTo: .seconds(10)) == .stopped ? 42 : 2)
    }
  }

  @Test func `a closed pipe is an error, not the end of the process`() async {
    await #expect(processExitsWith: .exitCode(42)) {
      _ = try StopSignal.install()
      var ends: [Int32] = [0, 0]
      pipe(&ends)
      close(ends[0])
      var octet: UInt8 = 0
      exit(write(ends[1], &octet, 1) == -1 && errno == EPIPE ? 42 : 1)
    }
  }
}
