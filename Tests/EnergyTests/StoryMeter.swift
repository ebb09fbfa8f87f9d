import Energy
import Metering

/// One meter of a story: what it sent, and what must come of that.
struct StoryMeter {
  /// A line that says what must be.
  enum Expectation {
    case row(step: TimeSpan, start: UTCTime, energy: Int64?, quality: String, export: Int64?, coverage: Int?)
    case day(CivilDate, energy: Int64?, quality: String, counts: String?)
    case registers(Int64)
    case scale(String)
    case clock(String)
    case latch(String)
    case lists(String)
  }

  let name: String
  var scale: Int? = 0
  var latch: RegisterLatch? = .fullHour
  var cadence: RegisterCadence? = .hourly
  var clockBase: MeterClockBase?
  var limits = RegisterLimits()
  var ratios: [TransformerRatio] = []
  var presence: [Range<UTCTime>] = []
  var isPresent = true
  var corrections: [Correction] = []
  var readings: [RegisterSnapshot] = []
  /// The verdict that a reading must get, with its line.
  var verdicts: [(verdict: Verdict, line: Int)] = []
  var samples: [UTCTime: PowerSample] = [:]
  var expectations: [(line: Int, expectation: Expectation)] = []

  init(name: String) { self.name = name }

  mutating func take(_ verb: String, _ words: inout Words, line: Int, zone: Zone) throws {
    switch verb {
    case "scale": scale = try scale(words.all())
    case "latch": latch = RegisterLatch(rawValue: words.all().replacing(" ", with: "_"))
    case "lists": cadence = RegisterCadence(rawValue: words.all().replacing(" ", with: "_"))
    case "clock": clockBase = MeterClockBase(rawValue: try words.next())
    case "fuse":
      limits = RegisterLimits(maximumPower: try words.number())
      _ = words.skip("W")
    case "ratio":
      let ratio = try words.number()
      guard words.skip("from") else { throw Story.Fault(description: "ratio N from TIME") }
      ratios.append(TransformerRatio(start: try words.time(), ratio: ratio))
    case "present":
      let start = try words.time()
      guard words.skip("to") else { throw Story.Fault(description: "present TIME to TIME, or to now") }
      isPresent = words.skip("now")
      presence.append(start..<(isPresent ? start + .hours(100_000) : try words.time()))
    case "correct": corrections.append(try correction(&words))
    case "at": try reading(&words, line: line)
    case "power": try power(&words)
    case "expect": expectations.append((line, try expectation(&words, zone: zone)))
    default: throw Story.Fault(description: "nobody knows \"\(verb)\"")
    }
  }

  private func scale(_ text: String) throws -> Int? {
    switch text {
    case "unknown": return nil
    case "1 Wh": return 0
    case "10 Wh": return 1
    case "1 kWh": return 3
    default: throw Story.Fault(description: "no scale: \(text)")
    }
  }

  /// `at 16:00:11 clock 16:00:00 import 10955225 export 0 -> accepted`
  private mutating func reading(_ words: inout Words, line: Int) throws {
    let arrival = try words.time()
    var clock: MeterClock?
    var registers = Registers(scale: scale)
    if words.skip("clock"), !words.skip("-") { clock = MeterClock(wall: try words.wall()) }
    if words.skip("import") { registers.activeImport = try words.number() }
    if words.skip("export") { registers.activeExport = try words.number() }
    if words.skip("reactive") { registers.reactiveImport = try words.number() }
    var verdict = Verdict.accepted
    if words.skip("->") {
      let text = words.all().replacing(" ", with: "_")
      guard let named = Verdict(rawValue: text) else { throw Story.Fault(description: "no verdict: \(text)") }
      verdict = named
    }
    readings.append(RegisterSnapshot(arrival: arrival, boundary: nil, clock: clock, registers: registers))
    verdicts.append((verdict, line))
  }

  /// `power 17:00 to 18:00 319 W export 0 W every 10 s`: a sample at the end of each step, so that all of it is covered.
  private mutating func power(_ words: inout Words) throws {
    let start = try words.time()
    guard words.skip("to") else { throw Story.Fault(description: "power TIME to TIME") }
    let end = try words.time()
    let imported = try words.number()
    _ = words.skip("W")
    var exported: Int64?
    if words.skip("export") {
      exported = try words.number()
      _ = words.skip("W")
    }
    var step: Int64 = 10
    if words.skip("every") {
      step = try words.number()
      _ = words.skip("s")
    }
    guard step > 0 else { throw Story.Fault(description: "no step") }
    var time = start
    while time <= end {
      // The first only marks where the samples begin: it must not speak for the time before.
      if time > start || samples[time] == nil {
        samples[time] = PowerSample(time: time, activeImport: imported, activeExport: exported)
      }
      time += .seconds(step)
    }
  }

  /// `correct 13:00 import 1.250 kWh made 2026-02-01T12:00 because the clamp was off`, or `- ` to take it back.
  private func correction(_ words: inout Words) throws -> Correction {
    let hour = try words.time()
    guard let direction = Correction.Direction(rawValue: try words.next()) else {
      throw Story.Fault(description: "import or export?")
    }
    let energy = try words.energy()
    guard words.skip("made") else { throw Story.Fault(description: "made when?") }
    let made = try words.time()
    guard words.skip("because") else { throw Story.Fault(description: "because of what?") }
    return Correction(hour: hour, direction: direction, wattHours: energy, reason: words.all(), made: made)
  }

  private func expectation(_ words: inout Words, zone: Zone) throws -> Expectation {
    let kind = try words.next()
    switch kind {
    case "hour", "quarter":
      let start = try words.time()
      let energy = try words.energy()
      let quality = try words.next()
      let export = words.skip("export") ? try words.energy() : nil
      let coverage = words.skip("covered") ? Int(try words.number()) : nil
      return .row(
        step: kind == "hour" ? .hour : .quarter, start: start, energy: energy, quality: quality, export: export,
        coverage: coverage)
    case "day":
      guard let date = CivilDate(iso8601: try words.next()) else { throw Story.Fault(description: "which day?") }
      let energy = try words.energy()
      let quality = try words.next()
      return .day(date, energy: energy, quality: quality, counts: words.skip("of") ? words.all() : nil)
    case "registers":
      guard let energy = try words.energy() else { throw Story.Fault(description: "how much?") }
      return .registers(energy)
    case "scale": return .scale(words.all())
    case "clock": return .clock(words.all())
    case "latch": return .latch(words.all())
    case "lists": return .lists(words.all())
    default: throw Story.Fault(description: "nobody expects \"\(kind)\"")
    }
  }
}
