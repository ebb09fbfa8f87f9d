import Frames
import Metering

/// What `decode` prints for a P1 telegram: line by line, with offsets from its `/`, and what each line was read as.
func listing(_ telegram: P1Telegram, _ octets: [UInt8], _ list: MeterList, offset: Int64) -> String {
  let check =
    switch telegram.check {
    case .right: "CRC right"
    case .rightWithLineEnds: "CRC right with CR LF for LF"
    case .absent: "no CRC, unchecked"
    }
  var lines = [
    "at \(offset): P1 telegram of \(telegram.octets.count) octets, /\(list.identification), \(check)"
  ]
  if let clock = list.clock { lines.append("  clock \(clock.wall.iso8601)") }
  var place = telegram.lines.lowerBound
  while let line = P1Line(octets.span, at: &place, end: telegram.lines.upperBound) {
    let start = leftPadded(String(line.octets.lowerBound - telegram.octets.lowerBound), 4)
    let text = String(decoding: octets[line.octets], as: UTF8.self)
    lines.append("  \(start)  \(rightPadded(text, 34))\(meaning(of: line, in: list))")
  }
  return lines.joined(separator: "\n") + "\n"
}

private func meaning(of line: P1Line, in list: MeterList) -> String {
  guard line.code != nil else { return "malformed, passed over" }
  switch line.field {
  case .list(.quantity(let quantity)):
    guard let value = list.readings[quantity] else { return "cannot be read" }
    return "\(quantity.unit.text(value)) \(quantity.unit.symbol)  \(quantity.key)"
  case .list(.clock), .date, .time: return "meter_time"
  case .list(.meterID), .list(.meterNumber): return "meter_id"
  case .list(.meterType): return "meter_type"
  case .list(.listVersion): return "list_version_id"
  case .list(.deviceName): return "device_name"
  case .list(.tariff): return "tariff"
  case .list(.ignored), .list(.ignoredText), nil: return "unknown"
  }
}
