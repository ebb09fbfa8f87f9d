import Glibc
package import Metering

/// Plays a meter live.
package enum Player {
  /// Sends every read of `meter` when it is due, `speed` times as fast as in life, until the meter ends or `stop` says so.
  ///
  /// Speed changes the pace only: the clocks in the frames go on as if nothing were hurried.
  package static func play(
    _ meter: consuming SimulatedMeter, shape: ReadShape = .whole, seed: UInt64, speed: Int64, to output: any LiveOutput,
    until stop: () -> Bool
  ) {
    var shaper = ReadShaper(shape, seed: seed)
    let begin = milliseconds(of: CLOCK_MONOTONIC)
    while !stop(), let message = meter.next() {
      for read in shaper.reads(of: message) {
        let due = begin + (read.arrival - meter.start).milliseconds / max(speed, 1)
        sleep(until: due, or: stop)
        output.send(read.octets)
      }
    }
    if let rest = shaper.rest() { output.send(rest.octets) }
  }

  /// The host's clock.
  package static func currentTime() -> UTCTime { UTCTime(milliseconds: milliseconds(of: CLOCK_REALTIME)) }

  private static func milliseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// A signal ends the wait early, so that `stop` is asked again.
  private static func sleep(until due: Int64, or stop: () -> Bool) {
    while !stop() {
      let rest = due - milliseconds(of: CLOCK_MONOTONIC)
      guard rest > 0 else { return }
      poll(nil, 0, Int32(min(rest, 1000)))
    }
  }
}
