/// What `doctor` found of one thing.
struct Finding: Hashable, Sendable {
  enum Grade: String, CaseIterable, Comparable, Sendable {
    case ok
    /// Logging goes on, or could; a person should look.
    case warning
    /// Nothing is logged as long as this is so, or the log is in danger.
    case fault

    static func < (left: Grade, right: Grade) -> Bool {
      allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
    }
  }

  var grade: Grade
  /// `port`, `disk` ...
  var subject: String
  var text: String
  /// What a person can do; empty where nothing needs doing.
  var advice = ""

  static func ok(_ subject: String, _ text: String) -> Finding { Finding(grade: .ok, subject: subject, text: text) }

  static func warning(_ subject: String, _ text: String, _ advice: String) -> Finding {
    Finding(grade: .warning, subject: subject, text: text, advice: advice)
  }

  static func fault(_ subject: String, _ text: String, _ advice: String) -> Finding {
    Finding(grade: .fault, subject: subject, text: text, advice: advice)
  }

  /// `warning  port        /dev/ttyUSB0 …`, and the advice on a line of its own.
  var lines: [String] {
    let line = rightPadded(grade.rawValue, 9) + rightPadded(subject, 12) + text
    return advice.isEmpty ? [line] : [line, String(repeating: " ", count: 21) + "-> \(advice)"]
  }
}
