import Metering

/// Speed and form of a line: `2400 8N1`.
struct LineForm: Hashable, Sendable {
  /// Bits a second, positive.
  var baudrate = 2400
  var parity = SerialInput.Parity.none

  /// How long an octet takes on it.
  var time: LineTime { LineTime(baudrate: baudrate, hasParityBit: parity != .none) }
}

extension LineForm: CustomStringConvertible {
  /// `115200 8N1`
  var description: String { "\(baudrate) 8\(parity.rawValue)1" }

  /// The comment by which a capture says of which line the reads behind it are: `line 115200 8N1`. Without it a replay could not
  /// tell when within a read a message ended, and would log it a few milliseconds beside what the live line has logged.
  var comment: String { "line \(self)" }

  /// Of a whole comment line of a capture; nil where that says something else.
  init?(commentLine: String) {
    let words = commentLine.split { $0 == " " || $0 == "\t" || $0 == "#" }
    guard words.count == 3, words[0] == "line", let baudrate = Int(words[1]), 1...100_000_000 ~= baudrate,
      let parity = SerialInput.Parity.allCases.first(where: { words[2] == "8\($0.rawValue)1" })
    else { return nil }
    self.init(baudrate: baudrate, parity: parity)
  }
}
