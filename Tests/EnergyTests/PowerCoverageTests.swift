import Energy
import Metering
import Testing

struct PowerCoverageTests {
  private let day = span("2026-01-15T12:00Z 2026-01-15T15:00Z")

  /// Samples every `step` seconds from `start` until before `end`, all of 500 W.
  private func stream(_ start: Int64, _ end: Int64, step: Int64) -> [(Int64, Int64?)] {
    stride(from: start, to: end, by: Int(step)).map { ($0, 500) }
  }

  /// Offsets are in seconds from 12:00Z.
  private func coverage(_ samples: [(Int64, Int64?)]) -> PowerCoverage {
    var coverage = PowerCoverage(span: day)
    for (offset, power) in samples { coverage.add(day.lowerBound + .seconds(offset), activePowerImport: power) }
    return coverage
  }

  private func summary(_ samples: [(Int64, Int64?)], hour: Int64 = 0, hours: Int64 = 1) -> PowerCoverage.Summary {
    let start = day.lowerBound + .hour * hour
    return coverage(samples).summary(of: start..<start + .hour * hours)
  }

  @Test func `a stream that runs through the hour covers all of it`() {
    #expect(summary(stream(-5, 3700, step: 10)).coverage == 1000)
  }

  @Test func `a sample short of the full hour is rounded down`() {
    #expect(summary(stream(0, 3600, step: 10)).coverage == 997)
  }

  @Test func `half an hour is half`() {
    #expect(summary(stream(0, 1801, step: 2)).coverage == 500)
  }

  @Test func `thirty seconds between neighbours are covered, thirty-one are not`() {
    #expect(summary([(0, 1), (30, 1)]).coverage == 8)
    #expect(summary([(0, 1), (31, 1)]).coverage == 0)
  }

  @Test func `time between two samples counts for the hour in which it lies`() {
    let samples: [(Int64, Int64?)] = [(3582, 1), (3612, 1)]
    #expect(summary(samples).coverage == 5)
    #expect(summary(samples, hour: 1).coverage == 3)
    #expect(summary(samples, hours: 2).coverage == 4)
  }

  @Test func `the highest power and the first time it was seen`() {
    let found = summary([(10, 100), (20, 2410), (30, nil), (40, 2410), (3600, 9000)])
    #expect(found.maxImport == 2410)
    #expect(found.maxImportTime == day.lowerBound + .seconds(20))
    #expect(summary([(10, 100), (3600, 9000)], hour: 1).maxImport == 9000)
  }

  @Test func `no sample is no power, and no coverage`() {
    #expect(summary([]) == summary([(0, nil)]))
    #expect(summary([]).maxImport == nil)
    #expect(summary([]).coverage == 0)
  }

  @Test func `hours outside count as uncovered`() {
    let all = coverage(stream(-30, 10_900, step: 10))
    #expect(all.summary(of: day).coverage == 1000)
    #expect(all.summary(of: day.lowerBound - .hours(3)..<day.upperBound).coverage == 500)
    #expect(all.summary(of: day.upperBound..<day.upperBound + .hours(3)).coverage == 0)
  }

  @Test func `a clock that steps back covers nothing twice`() {
    #expect(summary([(0, 1), (20, 1), (10, 1), (20, 1)]).coverage == 8)
  }
}
