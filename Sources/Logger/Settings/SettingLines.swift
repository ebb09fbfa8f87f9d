/// On which line of a settings file a key stands, for messages; the TOML library keeps no lines of values.
struct SettingLines {
  enum Place: Hashable {
    case top
    case input(Int)
  }

  private var lines: [Place: [String: Int]] = [:]

  init(_ text: String) {
    var place = Place.top
    var inputs = 0
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.drop { $0 == " " || $0 == "\t" }
      if words.hasPrefix("[[") {
        place = .input(inputs)
        inputs += 1
        lines[place, default: [:]]["input"] = index + 1
      } else if let equals = words.firstIndex(of: "="), !words.hasPrefix("#") {
        let key = words[..<equals].filter { !$0.isWhitespace && $0 != "\"" }
        if lines[place]?[key] == nil { lines[place, default: [:]][key] = index + 1 }
      } else if words.hasPrefix("[") {
        let key = words.dropFirst().prefix { $0 != "]" }.filter { !$0.isWhitespace }
        lines[.top, default: [:]][key] = index + 1
      }
    }
  }

  func line(of key: String, in place: Place) -> Int? { lines[place]?[key] }

  /// The keys as they stand in the file, so that the first mistake is told first.
  func sorted(_ keys: [String], in place: Place) -> [String] {
    keys.sorted { (line(of: $0, in: place) ?? .max, $0) < (line(of: $1, in: place) ?? .max, $1) }
  }
}
