import Glibc
import Metering

/// A reader of a logger's feed, from outside: `tail` and `status`.
struct FeedClient: ~Copyable {
  private let socket: Descriptor
  private let path: String
  private var unread: [UInt8] = []
  private var buffer = [UInt8](repeating: 0, count: 16 * 1024)

  /// No line of a feed is longer, in octets.
  private static let longestLine = FeedReader.room

  /// What came of waiting for a line.
  enum Outcome: Hashable, Sendable {
    case line(String)
    /// The logger has ended, or has let this reader go.
    case ended
    case timedOut
    case stopped
  }

  /// Calls the logger that serves `path`. Errors: `nobody`; the others need a person.
  init(path: String) throws(FeedError) {
    self.path = path
    socket = try FeedClient.call(path)
  }

  private static func call(_ path: String) throws(FeedError) -> Descriptor {
    do throws(SystemError) {
      let socket = try UnixSocket.make()
      try UnixSocket(path).connect(socket)
      return socket
    } catch {
      throw FeedError(error, path, verb: "opened")
    }
  }

  /// Waits for the next line. Errors: the logger has no room for another reader; what comes is no feed.
  mutating func next(unless stop: Stop, upTo span: TimeSpan = .hours(24)) throws(FeedError) -> Outcome {
    let deadline = Deadline(in: span)
    while true {
      if let line = takeLine() {
        guard !line.hasPrefix(#"{"type":"refused""#) else {
          throw FeedError(
            .refused, path, "\(FeedServer.mostReaders) readers read it already", advice: "end one of them")
        }
        return .line(line)
      }
      guard unread.count <= FeedClient.longestLine else {
        throw FeedError(.noAnswer, path, "what comes is no feed of a logger", advice: "name another --socket")
      }
      switch stop.wait(for: socket.number, upTo: deadline.remaining) {
      case .stopped: return .stopped
      case .timedOut: return .timedOut
      case .ready: break
      }
      switch socket.read(into: &buffer) {
      case .octets(let count): unread += buffer[..<count]
      case .nothing: break
      // Let go with lines unread, a reader sees a reset.
      case .ended, .failed(SystemError(ECONNRESET)): return .ended
      case .failed(let error): throw FeedError(error, path, verb: "read")
      }
    }
  }

  private mutating func takeLine() -> String? {
    guard let end = unread.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    let line = String(decoding: unread[..<end], as: UTF8.self)
    unread.removeFirst(end + 1)
    return line
  }
}
