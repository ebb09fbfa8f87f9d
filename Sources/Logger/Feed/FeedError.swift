import Glibc

/// Why the feed of a logger cannot be opened or read: where, what, and what to do about it.
struct FeedError: Advice, Hashable {
  enum Kind: Hashable, Sendable {
    /// No logger serves it: nothing is there, or whoever made it has gone.
    case nobody
    /// A logger serves it already.
    case taken
    /// Something else than a socket has its name.
    case notSocket
    case forbidden
    /// The folder is missing, or the name is too long.
    case path
    /// It has as many readers as it takes.
    case refused
    /// Somebody serves it and does not answer, or with what is no feed.
    case noAnswer
    /// Any other error of the system.
    case system
  }

  var kind: Kind
  /// The path of the socket.
  var path: String
  /// What happened.
  var reason: String
  /// What a person can do.
  var advice: String

  init(_ kind: Kind, _ path: String, _ reason: String, advice: String) {
    self.kind = kind
    self.path = path
    self.reason = reason
    self.advice = advice
  }

  /// A failed system call while it was `verb`: `opened`, `read`.
  init(_ cause: SystemError, _ path: String, verb: String) {
    switch cause.code {
    case ENOENT, ECONNREFUSED:
      self.init(.nobody, path, "no logger answers here", advice: "start `ams-logger run`, or name its --database")
    case EAGAIN:
      self.init(
        .noAnswer, path, "the logger takes no calls at the moment", advice: "try again; if it stays so, restart it")
    case EACCES, EPERM, EROFS:
      self.init(
        .forbidden, path, "may not be \(verb): \(cause)", advice: "let this user use the folder and the socket in it")
    case ENOTDIR, ENAMETOOLONG, EINVAL, EISDIR:
      self.init(.path, path, "cannot be \(verb): \(cause)", advice: "name another place with --socket")
    case ENOTSOCK, EPROTOTYPE:
      self.init(.notSocket, path, "is not the socket of a logger", advice: "name another place with --socket")
    default: self.init(.system, path, "cannot be \(verb): \(cause)", advice: "check the system log")
    }
  }

  /// `ams.sqlite.socket: no logger answers here; start ...`
  var description: String { "\(path): \(reason); \(advice)" }
}
