import Metering
import Testing

@testable import Logger

@Suite struct `Register thinning` {
  private let noon: UTCTime

  init() throws {
    noon = try utc("2026-01-15T12:00:00Z")
  }

  /// A reading made `seconds` after noon, by a clock in normal time that is `late` behind the host's.
  private func reading(_ seconds: Int64, hasClock: Bool = true, late: TimeSpan = .zero) -> RegisterSnapshot {
    let made = noon + .seconds(seconds) - late
    let wall = CivilTime(secondsSince1970: made.seconds + 3600)
    return RegisterSnapshot(
      arrival: noon + .seconds(seconds + 1), boundary: nil, clock: hasClock ? MeterClock(wall: wall) : nil,
      registers: Registers(activeImport: 1_000_000 + seconds, scale: 0))
  }

  private func kept(_ readings: [RegisterSnapshot]) -> [RegisterSnapshot] {
    var thinning = RegisterThinning()
    var kept: [RegisterSnapshot] = []
    for reading in readings { thinning.take(reading) { kept.append($0) } }
    return kept
  }

  @Test(arguments: [true, false])
  func `hourly readings are all kept`(hasClock: Bool) {
    let readings = (0..<48).map { reading($0 * 3600 + 10, hasClock: hasClock) }
    #expect(kept(readings) == readings)
  }

  @Test(arguments: [true, false])
  func `of readings every 10 s eight an hour are kept, the two around each quarter`(hasClock: Bool) {
    let readings = (0..<6 * 60 * 6).map { reading($0 * 10, hasClock: hasClock) }
    let kept = kept(readings)
    for hour in Int64(1)..<5 {
      let start = noon + .hours(hour) + .seconds(1)
      let ofTheHour = kept.filter { $0.arrival >= start && $0.arrival < start + .hour }
      #expect(
        ofTheHour.map { ($0.arrival - start).milliseconds / 1000 } == [0, 890, 900, 1790, 1800, 2690, 2700, 3590])
    }
    #expect(Set(kept.map(\.arrival)).count == kept.count, "none twice")
  }

  @Test func `a list that is repeated an hour later is kept`() {
    let first = reading(10)
    var again = first
    again.arrival += .hour
    #expect(kept([first, again]) == [first, again])
  }

  @Test func `hours of the meter's own clock are kept, however fast they pass`() {
    let runaway = (Int64(0)..<24).map { hour in
      var reading = self.reading(hour)
      reading.clock = self.reading(hour * 3600 + 10).clock
      return reading
    }
    #expect(kept(runaway) == runaway)
  }

  @Test func `a clock that is late moves the quarters, and loses none`() {
    let readings = (0..<6 * 60 * 2).map { reading($0 * 10, late: .seconds(30)) }
    let kept = kept(readings)
    // By the arrival, and 30 s later by the meter.
    let walls = kept.dropFirst().prefix(6).compactMap { $0.clock?.wall }.map { "\($0.minute):\($0.second)" }
    #expect(walls == ["59:50", "0:0", "14:20", "14:30", "14:50", "15:0"])
  }
}
