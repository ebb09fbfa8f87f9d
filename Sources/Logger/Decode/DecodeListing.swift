import Frames
import Metering

/// What `decode` prints for an event: a frame field by field, with offsets, OBIS codes, raw and scaled values.
///
/// Offsets count from the opening flag of the frame (or the first octet of a message without one), so that they can be
/// followed in a hex dump.
func listing(_ event: DecodeEvents.Event) -> String {
  switch event {
  case .message(let message, let octets, _, .telegram(let telegram), let offset):
    return listing(telegram, octets, message.list, offset: offset)
  case .message(let message, let octets, let start, let form, let offset):
    return MessageListing(message: message, octets: octets, start: start, form: form, offset: offset).text
  case .nothing(.frame(let frame), let offset) where frame.information.isEmpty:
    return "at \(offset): \(frame.summary), no information\n"
  case .nothing(let form, let offset):
    return "at \(offset): \(form?.summary ?? ""), a part of a message; more follow\n"
  case .reject(let stage, let reason, let octets, let offset):
    return "at \(offset): refused (\(stage.rawValue)): \(reason)\n" + hexDump(octets)
  case .noise(let count, let offset): return "at \(offset): \(counted(count, "octet")) outside any frame\n"
  }
}

private struct MessageListing {
  let message: MessageDecoder
  let octets: [UInt8]
  let start: Int
  let form: DecodeEvents.Form
  let offset: Int64

  var text: String {
    let list = message.list
    var lines = [
      "at \(offset): \(form?.summary ?? "\(octets.count) octets without a frame\(list.isChecked ? "" : ", unchecked")")"
    ]
    if let protection = message.protection {
      lines.append("  \(protection.summary); places are those of the APDU inside")
    }
    var about = "  \(message.lists.layout.name), \(list.kind.rawValue)"
    if !list.meterType.isEmpty {
      about += ", type \(list.meterType)"
      if let type = MeterType.named(list.meterType.description) { about += " (\(type.description))" }
    }
    lines.append(about)
    if let notification = message.notification, let place = notification.clockOffset {
      lines.append(row(place, "", "date-time", clockText(notification.clock), "", "clock of the Data-Notification"))
    }
    for item in message.lists.items { lines.append(row(item)) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func row(_ item: ListDecoder.Item) -> String {
    let node = message.lists.nodes[item.node]
    let code = item.code?.description ?? ""
    let place = Int(node.offset)
    switch item.field {
    case .quantity(let quantity):
      guard node.tag.isInteger else { return row(place, code, node.tag.name, "", "not sent", quantity.key) }
      let scaled = message.list.readings[quantity].map { "\(quantity.unit.text($0)) \(quantity.unit.symbol)" }
      let doubt = item.certainty == .assumed ? " (scale assumed)" : ""
      return row(place, code, node.tag.name, String(node.value), scaled ?? "scale unknown", quantity.key + doubt)
    case .clock: return row(place, code, node.tag.name, clockText(message.list.clock), "", "meter_time")
    case .listVersion: return row(place, code, node.tag.name, textOf(node), "", "list_version_id")
    case .meterID: return row(place, code, node.tag.name, textOf(node), "", "meter_id")
    case .meterType: return row(place, code, node.tag.name, textOf(node), "", "meter_type")
    case .deviceName: return row(place, code, node.tag.name, textOf(node), "", "device_name")
    case .meterNumber: return row(place, code, node.tag.name, String(node.value), "", "meter_id")
    case .tariff: return row(place, code, node.tag.name, message.list.tariff.map(String.init) ?? "", "", "tariff")
    case .ignored, .ignoredText, nil:
      let raw = node.tag.isInteger ? String(node.value) : hexLine(octets[node.content])
      return row(place, code, node.tag.name, raw, "10^\(item.exponent)", "unknown")
    }
  }

  private func row(
    _ place: Int, _ code: String, _ type: String, _ raw: String, _ scaled: String, _ key: String
  )
    -> String
  {
    let line =
      "  " + leftPadded(String(place - start), 4) + "  " + rightPadded(code, 13) + rightPadded(type, 22)
      + leftPadded(raw, 20) + leftPadded(scaled, 16) + "  " + key
    return line
  }

  private func textOf(_ node: AXDRNode) -> String {
    String(decoding: octets[node.content].filter { $0 != 0 }, as: UTF8.self)
  }

  private func clockText(_ clock: MeterClock?) -> String {
    guard let clock else { return "unspecified" }
    return clock.wall.iso8601
  }
}

extension APDUDecryptor.Protection {
  fileprivate var summary: String {
    "\(isEncrypted ? "decrypted" : "not encrypted"), \(isAuthenticated ? "authenticated" : "not authenticated")"
  }
}

extension StreamDecoder.Form {
  fileprivate var summary: String {
    switch self {
    case .frame(let frame): frame.summary
    case .longFrame(let frame): frame.summary
    case .telegram(let telegram): "telegram of \(telegram.octets.count) octets"
    }
  }
}

extension MBusFrame {
  fileprivate var summary: String {
    "M-Bus frame of \(octets.count) octets, address \(String(address, radix: 16, uppercase: true)), part \(sequence)"
  }
}

extension HDLCFrame {
  fileprivate var summary: String {
    let addresses =
      "destination \(String(destination, radix: 16, uppercase: true)), source \(String(source, radix: 16, uppercase: true))"
    return "HDLC frame of \(length + 2) octets, \(addresses), control \(String(control, radix: 16, uppercase: true))"
  }
}

/// Sixteen octets a line, each line with the place of its first.
private func hexDump(_ octets: [UInt8]) -> String {
  var text = ""
  for start in stride(from: 0, to: octets.count, by: 16) {
    text += "  " + leftPadded(String(start), 4) + "  " + hexLine(octets[start..<min(start + 16, octets.count)]) + "\n"
  }
  return text
}

func hexLine(_ octets: ArraySlice<UInt8>) -> String {
  octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: " ")
}

func leftPadded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

func rightPadded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(1, width - text.count))
}
