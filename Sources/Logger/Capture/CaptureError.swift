import Glibc

/// Why a capture cannot be read or written: which file, which line, what is wrong, and what to do about it.
struct CaptureError: Error, Hashable, CustomStringConvertible {
  enum Kind: Hashable, Sendable {
    case missing, forbidden, folder
    /// A line that is not what the format wants. The reader can go on with the next one.
    case badLine
    /// A file system without room.
    case full
    /// The reader of our output has gone, as `head` does.
    case brokenPipe
    /// Any other error of the system.
    case system
  }

  var kind: Kind
  /// The path, `standard input` or `standard output`.
  var file: String
  /// From 1; nil when the file as a whole is meant.
  var line: Int?
  /// What happened.
  var reason: String
  /// What a person can do; empty if the reason says it all.
  var advice: String

  init(_ kind: Kind, _ file: String, line: Int? = nil, _ reason: String, advice: String = "") {
    self.kind = kind
    self.file = file
    self.line = line
    self.reason = reason
    self.advice = advice
  }

  /// A failed system call; `verb` says what was tried: `read`, `opened`, `written`.
  init(_ cause: SystemError, _ file: String, verb: String) {
    switch cause.code {
    case ENOENT, ENOTDIR:
      self.init(.missing, file, "there is no such file or folder", advice: "check the path")
    case EACCES, EPERM, EROFS:
      self.init(.forbidden, file, "may not be \(verb): \(cause)", advice: "check who owns it, or use another place")
    case EISDIR: self.init(.folder, file, "is a folder", advice: "name a file in it")
    case ENOSPC, EDQUOT, EFBIG:
      self.init(
        .full, file, "may not grow: \(cause)",
        advice: "free some space, or write to another disk; the lines written so far are whole")
    case EPIPE: self.init(.brokenPipe, file, "nobody reads it any more")
    default: self.init(.system, file, "cannot be \(verb): \(cause)", advice: "check the disk or the device")
    }
  }

  /// `day.capture, line 17: odd number of hex digits (41); ...`
  var description: String {
    let place = line.map { "\(file), line \($0)" } ?? file
    return "\(place): \(reason)\(advice.isEmpty ? "" : "; \(advice)")"
  }
}
