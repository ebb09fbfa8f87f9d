/// Octets as hex digits: reading by table, as it is done for every octet of a replayed year, and writing.
enum HexText {
  /// What is wrong with a hex text.
  enum Fault: Error, Hashable, CustomStringConvertible {
    case oddDigits(Int)
    /// `column` counts from 1.
    case notHex(UInt8, column: Int)

    var description: String {
      switch self {
      case .oddDigits(let count): "odd number of hex digits (\(count))"
      case .notHex(let octet, let column):
        (0x21...0x7E).contains(octet)
          ? "\u{201C}\(Character(Unicode.Scalar(octet)))\u{201D} in column \(column) is not a hex digit"
          : "octet \(HexText.text(of: [octet])) in column \(column) is not a hex digit"
      }
    }
  }

  /// The octets of a text of hex digits in pairs. Blanks, `,` `:` `-` and `0x` may stand anywhere between digits, and
  /// `#` or `;` starts a comment.
  ///
  /// - Parameter column: where `text` starts in its line, from 1; for the error.
  static func octets(of text: Span<UInt8>, column: Int = 1) throws(Fault) -> [UInt8] {
    var fault: Fault?
    let table = meanings
    let octets = [UInt8](unsafeUninitializedCapacity: text.count / 2 + 1) { output, count in
      var high: UInt8?
      loop: for index in text.indices {
        let meaning = table[Int(text[index])]
        if meaning < 16 {
          if let digit = high {
            output.initializeElement(at: count, to: digit << 4 | meaning)
            count += 1
            high = nil
          } else {
            high = meaning
          }
          continue
        }
        switch meaning {
        case separator: continue
        case comment: break loop
        case prefixMark where high == 0 && text[index - 1] == UInt8(ascii: "0"): high = nil
        default:
          fault = .notHex(text[index], column: column + index)
          break loop
        }
      }
      if high != nil, fault == nil { fault = .oddDigits(count * 2 + 1) }
    }
    if let fault { throw fault }
    return octets
  }

  /// `7EA02A`
  static func text(of octets: some Sequence<UInt8>) -> String {
    var digits: [UInt8] = []
    append(octets, to: &digits)
    return String(decoding: digits, as: UTF8.self)
  }

  /// Appends two capital digits for each octet.
  static func append(_ octets: some Sequence<UInt8>, to text: inout [UInt8]) {
    for octet in octets {
      text.append(digit(octet >> 4))
      text.append(digit(octet & 0x0F))
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
  }
}

// What an octet means in a hex text: 0...15 for a digit, or one of these.
private let separator: UInt8 = 16
private let prefixMark: UInt8 = 17
private let comment: UInt8 = 18
private let foreign: UInt8 = 19

private let meanings: [UInt8] = (0...255).map { (octet: UInt8) in
  switch octet {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): octet - UInt8(ascii: "0")
  case UInt8(ascii: "A")...UInt8(ascii: "F"): octet - UInt8(ascii: "A") + 10
  case UInt8(ascii: "a")...UInt8(ascii: "f"): octet - UInt8(ascii: "a") + 10
  case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "-"): separator
  case UInt8(ascii: "x"), UInt8(ascii: "X"): prefixMark
  case UInt8(ascii: "#"), UInt8(ascii: ";"): comment
  default: foreign
  }
}
