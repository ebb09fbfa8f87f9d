import Glibc
import Metering

/// A descriptor's octets, piece by piece or line by line, in constant memory.
struct ChunkReader: ~Copyable {
  enum Line: Hashable, Sendable {
    /// Without its line feed. Let go of it before the next read: a slice that is kept costs a copy of the storage.
    case line(ArraySlice<UInt8>)
    /// A line beyond the limit was passed over.
    case tooLong
    case end
  }

  private let descriptor: Descriptor
  private let stop: Stop?
  private let chunk: Int
  private var storage: [UInt8] = []
  /// Where in the storage the octets are that have not been handed on.
  private var waiting = 0..<0
  private var isAtEnd = false

  /// - Parameters:
  ///   - chunk: octets for each read.
  ///   - stop: ends the octets early when it is requested.
  init(_ descriptor: consuming Descriptor, chunk: Int, stop: Stop?) {
    self.descriptor = descriptor
    self.chunk = max(1, chunk)
    self.stop = stop
  }

  /// What has been read and not been handed on.
  var unread: ArraySlice<UInt8> { storage[waiting] }

  /// Passes over the first `count` unread octets.
  mutating func skip(_ count: Int) {
    waiting = min(waiting.lowerBound + count, waiting.upperBound)..<waiting.upperBound
  }

  /// Reads once more and keeps what is unread; false at the end.
  mutating func fill() throws(SystemError) -> Bool {
    makeRoom()
    while !isAtEnd {
      if let stop, stop.wait(for: descriptor.number, upTo: .hours(24)) == .stopped {
        // The rest of the line will not come, so its beginning is no line.
        waiting = 0..<0
        break
      }
      switch descriptor.read(into: &storage, at: waiting.upperBound..<waiting.upperBound + chunk) {
      case .octets(let count):
        waiting = waiting.lowerBound..<waiting.upperBound + count
        return true
      case .nothing: continue
      case .ended: isAtEnd = true
      case .failed(let error): throw error
      }
    }
    isAtEnd = true
    return false
  }

  /// All that is unread, or else the next chunk; nil at the end.
  mutating func nextChunk() throws(SystemError) -> ArraySlice<UInt8>? {
    if waiting.isEmpty, try !fill() { return nil }
    let chunk = unread
    waiting = waiting.upperBound..<waiting.upperBound
    return chunk
  }

  /// The next line; the last one may lack its line feed.
  mutating func nextLine(limit: Int) throws(SystemError) -> Line {
    var searched = 0
    var isTooLong = false
    while true {
      if let end = lineFeed(from: waiting.lowerBound + searched) {
        let line = waiting.lowerBound..<end
        waiting = end + 1..<waiting.upperBound
        return isTooLong || line.count > limit ? .tooLong : .line(storage[line])
      }
      if waiting.count > limit {
        isTooLong = true
        waiting = waiting.upperBound..<waiting.upperBound
      }
      searched = waiting.count
      guard try fill() else {
        if isTooLong { return .tooLong }
        return try nextChunk().map { .line($0) } ?? .end
      }
    }
  }

  private func lineFeed(from start: Int) -> Int? {
    storage.withUnsafeBytes { octets in
      guard start < waiting.upperBound, let base = octets.baseAddress else { return nil }
      return memchr(base + start, Int32(UInt8(ascii: "\n")), waiting.upperBound - start).map {
        $0 - UnsafeMutableRawPointer(mutating: base)
      }
    }
  }

  /// Moves what is unread to the front, and grows the storage if a chunk doesn't fit behind it.
  private mutating func makeRoom() {
    storage.withUnsafeMutableBytes { octets in
      guard let base = octets.baseAddress, waiting.lowerBound > 0 else { return }
      memmove(base, base + waiting.lowerBound, waiting.count)
    }
    waiting = 0..<waiting.count
    let missing = waiting.count + chunk - storage.count
    if missing > 0 { storage += [UInt8](repeating: 0, count: max(missing, storage.count)) }
  }
}
