/// The three forms in which recorded octets are kept.
enum CaptureForm: Hashable, Sendable {
  /// `2026-01-15T13:00:11.250Z 7EA0...7E`, one line for each read.
  case capture
  /// Lines of hex digits without a time.
  case hex
  /// The octets themselves: HDLC, or P1 telegrams, which are text but not ours.
  case octets

  /// How much of a file it takes to say that it is hex; the other forms show earlier.
  static let headLength = 1024

  /// The UTF-8 mark that some editors put at the start of a text.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The form of a file that starts with `head`.
  ///
  /// A first line that starts with a date makes it a capture. Hex is printable ASCII throughout, with UTF-8 allowed in
  /// comments; a line with one of `/ ! ( ) *` before a comment is from a P1 telegram, from its start or its middle, and so
  /// `octets`.
  init(head: ArraySlice<UInt8>) {
    let head = head.starts(with: CaptureForm.byteOrderMark) ? head.dropFirst(3) : head
    var isHex = false
    for line in head.split(separator: UInt8(ascii: "\n")) {
      switch LineKind(line.trimmed) {
      case .blank, .comment: continue
      case .timed where !isHex:
        self = .capture
        return
      case .timed, .plain: isHex = true
      case .telegram, .binary:
        self = .octets
        return
      }
    }
    self = .hex
  }
}

private enum LineKind {
  case blank, comment, timed, plain, telegram, binary

  init(_ line: ArraySlice<UInt8>) {
    let content = line.prefix { $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: ";") }
    func isText(_ octet: UInt8) -> Bool { 0x20...0x7E ~= octet || octet == UInt8(ascii: "\t") }
    let isText = content.allSatisfy(isText) && line[content.endIndex...].allSatisfy { isText($0) || $0 >= 0x80 }
    if line.startsWithDate {
      self = .timed
    } else if !isText {
      self = .binary
    } else if line.isEmpty {
      self = .blank
    } else if content.isEmpty {
      self = .comment
    } else {
      self = content.contains { "/!()*".utf8.contains($0) } ? .telegram : .plain
    }
  }
}

extension ArraySlice<UInt8> {
  /// Without blanks, tabs and carriage returns at both ends.
  var trimmed: ArraySlice<UInt8> {
    func isBlank(_ octet: UInt8) -> Bool { octet == 0x20 || octet == 0x09 || octet == 0x0D }
    var rest = drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return rest
  }

  /// Whether it begins as `2026-01-` does.
  fileprivate var startsWithDate: Bool {
    let shape = prefix(8).map { 0x30...0x39 ~= $0 ? UInt8(ascii: "0") : $0 }
    return shape == Array("0000-00-".utf8)
  }
}
