import Glibc

/// One reader of the feed, on the feed's thread: what it has still to be sent, and what it has said.
final class FeedReader {
  /// Octets that may wait for a reader, beside what the kernel keeps; an hour of a 2.5 s meter.
  static let room = 256 * 1024

  private let socket: Descriptor
  private var pending: [UInt8] = []
  private var sent = 0
  private var word: [UInt8] = []
  private var isDeaf = false
  /// It has gone, or is to be let go.
  private(set) var isGone = false
  /// It took its lines too slowly.
  private(set) var isSlow = false

  /// The longest word there is, and its line end.
  private static let longestWord = 64
  private static let status = Array("status".utf8)

  init(_ socket: consuming Descriptor) {
    self.socket = socket
  }

  /// What the feed's `poll` is to watch.
  var watched: pollfd {
    // A hang-up is always told. Once a reader has closed its side, that alone is waited for.
    pollfd(
      fd: socket.number, events: Int16(isDeaf ? 0 : POLLIN) | Int16(sent < pending.count ? POLLOUT : 0), revents: 0)
  }

  /// Puts a line, with its line feed, behind what waits, and sends what can be sent at once.
  func take(_ line: [UInt8]) {
    guard !isGone else { return }
    guard pending.count - sent + line.count <= FeedReader.room else {
      letGo()
      return
    }
    pending += line
    send()
  }

  /// It cannot have all lines any longer.
  func letGo() {
    guard !isGone else { return }
    isSlow = true
    isGone = true
  }

  /// Acts on what `poll` has said. True when the reader asks for the status.
  func handle(_ events: Int16) -> Bool {
    if Int32(events) & (POLLERR | POLLHUP | POLLNVAL) != 0 { isGone = true }
    guard !isGone else { return false }
    if Int32(events) & POLLOUT != 0 { send() }
    return Int32(events) & POLLIN != 0 && listen()
  }

  private func send() {
    while sent < pending.count, !isGone {
      let count = pending.withUnsafeBytes { octets in
        let rest = octets[sent...]
        return Glibc.send(
          socket.number, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count,
          Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      if count > 0 {
        sent += count
      } else if count < 0, errno == EAGAIN {
        break
      } else if count == 0 || errno != EINTR {
        isGone = true
      }
    }
    if sent == pending.count || sent > FeedReader.room / 4 {
      pending.removeFirst(sent)
      sent = 0
    }
  }

  /// Reads once. However often it asks, one status answers all of a read.
  private func listen() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 512)
    switch socket.read(into: &buffer) {
    case .octets(let count):
      var asks = false
      for octet in buffer[..<count] {
        if octet == UInt8(ascii: "\n") {
          if word.last == UInt8(ascii: "\r") { word.removeLast() }
          asks = asks || word == FeedReader.status
          word.removeAll()
        } else if word.count < FeedReader.longestWord {
          word.append(octet)
        }
      }
      return asks
    case .nothing: return false
    case .ended:
      isDeaf = true
      return false
    case .failed:
      isGone = true
      return false
    }
  }
}
