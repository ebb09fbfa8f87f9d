import Frames
import Metering

/// What `decode --report` prints: one message of each form and one reject of each kind, with meter numbers masked, so that it
/// can be sent to whoever adds the meter.
///
/// The text is hex with comments, so that `decode` reads it again; what the comments say was decoded from the masked octets.
struct MaskedReport {
  private var formsShown: Set<String> = []
  private var rejectsShown: Set<String> = []

  /// Of each, the first so many: a report is to be read by people.
  private static let mostForms = 20
  private static let mostRejects = 10

  static let head = """
    # Report of `ams-logger decode --report`.
    # Meter numbers are masked: of six and more digits in a row, only the first four are true. A number that a list sends as
    # something else than text may remain: please look. Check sequences are those of the masked octets.
    # Clocks and readings are true.

    """

  /// The part of the report for an event; nil for what it has already.
  mutating func text(_ event: DecodeEvents.Event) -> String? {
    switch event {
    case .message(let message, let octets, let start, let form, let offset):
      let list = message.list
      let about = "\(message.lists.layout.name) \(list.kind) \(list.readings.present) \(list.unknownElements)"
      guard formsShown.count < MaskedReport.mostForms, formsShown.insert(about).inserted else { return nil }
      let masked: [UInt8]
      switch form {
      case .telegram(let telegram): masked = MaskedReport.masked(octets, telegram)
      case .frame(let frame) where start == frame.start && message.protection == nil:
        masked = MaskedReport.masked(octets, message.lists, frame)
      default: masked = MaskedReport.masked(octets, message.lists)
      }
      return "\n# A message at \(offset).\n" + MaskedReport.commented(masked) + MaskedReport.hexLines(masked)
    case .reject(let stage, let reason, let octets, let offset):
      let kind = "\(stage.rawValue) \(reason.filter { !$0.isNumber })"
      guard rejectsShown.count < MaskedReport.mostRejects, rejectsShown.insert(kind).inserted else { return nil }
      return "\n# Refused at \(offset) (\(stage.rawValue)): \(reason)\n"
        + MaskedReport.hexLines(MaskedReport.withoutNumbers(octets))
    case .nothing, .noise: return nil
    }
  }

  // MARK: Masking

  /// The frame, flags included, with its FCS made anew.
  private static func masked(_ octets: [UInt8], _ lists: ListDecoder, _ frame: HDLCFrame) -> [UInt8] {
    var masked = Array(masked(octets, lists)[frame.octets])
    let end = masked.count - 2
    let check = ~CRC16.x25.update(CRC16.x25.initial, with: masked.span, from: 1, to: end)
    masked[end] = UInt8(truncatingIfNeeded: check)
    masked[end + 1] = UInt8(truncatingIfNeeded: check >> 8)
    return masked + [0x7E]
  }

  /// The octets without digits of meter numbers and without numbers that are a meter's.
  private static func masked(_ octets: [UInt8], _ lists: ListDecoder) -> [UInt8] {
    var masked = withoutNumbers(octets)
    for item in lists.items where item.field == .meterNumber {
      for place in lists.nodes[item.node].content { masked[place] = 0 }
    }
    return masked
  }

  /// The telegram with its CRC made anew. Values and clocks are left as they are: they are long numbers too.
  private static func masked(_ octets: [UInt8], _ telegram: P1Telegram) -> [UInt8] {
    var masked = withoutNumbers(octets)
    var place = telegram.lines.lowerBound
    while let line = P1Line(octets.span, at: &place, end: telegram.lines.upperBound) {
      switch line.field {
      case .list(.quantity), .list(.clock), .date, .time: masked.replaceSubrange(line.octets, with: octets[line.octets])
      default: break
      }
    }
    masked = Array(masked[telegram.octets])
    guard case .wrongChecksum(let expected, _, _) = P1Framing(masked.span, at: 0) else { return masked + [0x0D, 0x0A] }
    let digits = Array(String(expected, radix: 16, uppercase: true).utf8)
    masked.replaceSubrange((masked.count - 4)..., with: Array(repeating: 0x30, count: 4 - digits.count) + digits)
    return masked + [0x0D, 0x0A]
  }

  /// Of six and more ASCII digits in a row the first four are kept: they name the maker. Of the system title of a ciphered
  /// message (`protocol.md` 7.1) the first three octets are, which do so too.
  private static func withoutNumbers(_ octets: [UInt8]) -> [UInt8] {
    var masked = octets
    var start = 0
    while start < octets.count {
      let end = octets[start...].firstIndex { !(0x30...0x39).contains($0) } ?? octets.count
      if end - start >= 6 { for place in (start + 4)..<end { masked[place] = 0x30 } }
      if octets[start] == CipheredAPDU.tag, start + 10 <= octets.count, octets[start + 1] == 8,
        octets[(start + 2)...(start + 4)].allSatisfy({ (0x41...0x5A).contains($0) })
      {
        for place in (start + 5)..<(start + 10) { masked[place] = 0 }
      }
      start = max(end, start + 1)
    }
    return masked
  }

  // MARK: Text

  /// What `decode` says of the masked octets, as comments.
  private static func commented(_ octets: [UInt8]) -> String {
    var lines: [Substring] = []
    func note(_ event: DecodeEvents.Event) { lines += listing(event).split(separator: "\n") }
    var events = DecodeEvents(manufacturer: .auto)
    events.take(octets, arrival: nil, note)
    events.giveUp(note)
    return lines.map { "# \($0)\n" }.joined()
  }

  private static func hexLines(_ octets: [UInt8]) -> String {
    stride(from: 0, to: octets.count, by: 32).map { hexLine(octets[$0..<min($0 + 32, octets.count)]) + "\n" }.joined()
  }
}
