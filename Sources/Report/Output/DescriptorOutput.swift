import Foundation

/// Text to a file descriptor in writes of 64 KiB. The first error stops it and is kept until somebody asks.
struct DescriptorOutput: TextOutputStream {
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  /// `errno` of the first write that failed; 0 when all is well.
  private(set) var error: Int32 = 0

  private static let capacity = 65_536

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    buffer.reserveCapacity(DescriptorOutput.capacity * 2)
  }

  mutating func write(_ text: String) {
    guard error == 0 else { return }
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= DescriptorOutput.capacity { flush() }
  }

  /// Writes what is still held; call it before the descriptor is closed.
  mutating func flush() {
    var start = 0
    while start < buffer.count, error == 0 {
      let count = buffer[start...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { start += count } else if errno != EINTR { error = errno }
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
