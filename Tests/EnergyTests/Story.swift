import Energy
import Metering
import TestSupport

/// A story of one or more meters from a file in `Tests/Scenarios`, and what it says must come of it.
///
/// The language is described in `Tests/Scenarios/README.md`.
struct Story {
  var meters: [StoryMeter] = []
  var zone = oslo

  struct Fault: Error, CustomStringConvertible {
    let description: String
  }

  init(_ text: String) throws {
    var reader = Reader()
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.prefix { $0 != "#" }.split(separator: " ").map(String.init)
      guard let first = words.first else { continue }
      do {
        try take(first, Array(words.dropFirst()), line: number + 1, &reader)
      } catch let fault as Fault {
        throw Fault(description: "line \(number + 1): \(fault.description)")
      }
    }
  }

  private struct Reader {
    var date: CivilDate?
  }

  private mutating func take(_ verb: String, _ words: [String], line: Int, _ reader: inout Reader) throws {
    var words = Words(words, zone: zone, date: reader.date)
    switch verb {
    case "zone": zone = try Zone(named: words.next()) ?? { throw Fault(description: "no such zone") }()
    case "on": reader.date = CivilDate(iso8601: try words.next())
    case "meter": meters.append(StoryMeter(name: try words.next()))
    default:
      if meters.isEmpty { meters.append(StoryMeter(name: "the meter")) }
      try meters[meters.count - 1].take(verb, &words, line: line, zone: zone)
    }
    try words.finish()
  }
}

/// The words of a line, read one after the other.
struct Words {
  private var rest: ArraySlice<String>
  private let zone: Zone
  private let date: CivilDate?

  init(_ words: [String], zone: Zone, date: CivilDate?) {
    rest = words[...]
    self.zone = zone
    self.date = date
  }

  var isEmpty: Bool { rest.isEmpty }

  mutating func next() throws -> String {
    guard let word = rest.popFirst() else { throw Story.Fault(description: "something is missing at the end") }
    return word
  }

  mutating func skip(_ word: String) -> Bool {
    guard rest.first == word else { return false }
    rest.removeFirst()
    return true
  }

  mutating func all() -> String {
    defer { rest = [] }
    return rest.joined(separator: " ")
  }

  func finish() throws {
    guard rest.isEmpty else { throw Story.Fault(description: "what is \"\(rest.joined(separator: " "))\"?") }
  }

  mutating func number() throws -> Int64 {
    let word = try next()
    guard let number = Int64(word) else { throw Story.Fault(description: "\(word) is no whole number") }
    return number
  }

  /// `1.770 kWh` or `1770 Wh` in Wh; nil for `-`.
  mutating func energy() throws -> Int64? {
    let word = try next()
    if word == "-" { return nil }
    let unit = try next()
    let decimals = unit == "kWh" ? 3 : unit == "Wh" ? 0 : nil
    guard let decimals, let energy = decimal(word, decimals: decimals) else {
      throw Story.Fault(description: "\(word) \(unit) is no energy in kWh or Wh")
    }
    return energy
  }

  /// What a clock showed: `16:00:00` of the day, or `2025-12-14T16:00:00`.
  mutating func wall() throws -> CivilTime { try wall(of: next()) }

  /// `16:00:11` of the day, `2026-10-25T02:00`, with an offset where the hour comes twice.
  mutating func time() throws -> UTCTime {
    var word = try next()
    var offset: Int64?
    if let sign = word.lastIndex(where: { $0 == "+" }) {
      let parts = word[sign...].dropFirst().split(separator: ":").compactMap { Int64($0) }
      guard parts.count == 2 else { throw Story.Fault(description: "\(word) has no offset like +02:00") }
      offset = parts[0] * 3600 + parts[1] * 60
      word = String(word[..<sign])
    }
    let wall = try wall(of: word)
    if let offset { return UTCTime(seconds: wall.secondsSince1970 - offset) }
    let instants = zone.instants(of: wall)
    guard instants.count == 1 else {
      throw Story.Fault(description: "\(word) is there \(instants.count) times: give it an offset like +02:00")
    }
    return instants[0]
  }

  private func wall(of word: String) throws -> CivilTime {
    var day = date
    var clock = word[...]
    if let letter = word.firstIndex(of: "T") {
      day = CivilDate(iso8601: word[..<letter])
      clock = word[letter...].dropFirst()
    }
    let parts = clock.split(separator: ":").compactMap { Int($0) }
    guard let day, parts.count >= 2 else { throw Story.Fault(description: "\(word) is no time (of which day?)") }
    let second = parts.count > 2 ? parts[2] : 0
    guard
      let wall = CivilTime(
        year: day.year, month: day.month, day: day.day, hour: parts[0], minute: parts[1], second: second)
    else { throw Story.Fault(description: "\(word) is no time") }
    return wall
  }
}
