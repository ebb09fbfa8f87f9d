import Glibc

/// A file that is written from its beginning, in large pieces.
struct OutputFile: ~Copyable {
  private static let pieceSize = 1 << 18

  private let path: String
  private let descriptor: Int32
  /// What is not written yet.
  var text: [UInt8] = []

  /// Creates the file, or empties it.
  init(path: String) throws(SimulatorError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: systemErrorText()) }
    text.reserveCapacity(OutputFile.pieceSize + 4096)
  }

  deinit { close(descriptor) }

  /// Writes if enough has gathered.
  mutating func writeIfFull() throws(SimulatorError) {
    if text.count >= OutputFile.pieceSize { try write() }
  }

  /// Writes everything.
  mutating func write() throws(SimulatorError) {
    var written = 0
    while written < text.count {
      let count = text[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw .cannotWrite(path: path, reason: systemErrorText())
      }
      written += count
    }
    text.removeAll(keepingCapacity: true)
  }
}

/// What the last system call complained of, for example `No such file or directory`.
func systemErrorText() -> String { String(cString: strerror(errno)) }
