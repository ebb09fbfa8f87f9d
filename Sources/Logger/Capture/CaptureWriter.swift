import Glibc
import Metering

/// Appends reads to a capture: a text line for each, in one `write`, with nothing kept back.
///
/// When the disk is full the line that did not fit is taken back, so that a capture has whole lines only.
struct CaptureWriter: ~Copyable {
  private let output: Descriptor
  private let name: String
  private var line: [UInt8] = []

  /// - Parameter path: a file, made if it is not there; `-` is standard output.
  init(path: String) throws(CaptureError) {
    let isStandardOutput = path == "-"
    let name = isStandardOutput ? "standard output" : path
    let number =
      isStandardOutput
      ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
      : open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    guard number >= 0 else { throw CaptureError(SystemError(errno), name, verb: "opened for writing") }
    let output = Descriptor(owning: number)
    do throws(SystemError) {
      // A power cut may have left the last line without its end: the next one must not become part of it.
      if let last = output.lastOctet, last != UInt8(ascii: "\n") { _ = try output.write([UInt8(ascii: "\n")]) }
    } catch {
      throw CaptureError(error, name, verb: "written")
    }
    self.output = output
    self.name = name
  }

  /// Writes `2026-01-15T13:00:11.250Z 7EA0...7E`.
  mutating func append(_ octets: some Sequence<UInt8>, arrival: UTCTime) throws(CaptureError) {
    line.removeAll(keepingCapacity: true)
    CaptureWriter.put(octets, arrival: arrival, into: &line)
    try writeLine()
  }

  /// Puts the line of a read, with its line feed, behind `lines`.
  static func put(_ octets: some Sequence<UInt8>, arrival: UTCTime, into lines: inout [UInt8]) {
    lines.append(contentsOf: arrival.iso8601WithMilliseconds.utf8)
    lines.append(UInt8(ascii: " "))
    HexText.append(octets, to: &lines)
    lines.append(UInt8(ascii: "\n"))
  }

  /// Writes lines that `put` has made, with one `write`.
  mutating func append(lines: [UInt8]) throws(CaptureError) {
    line = lines
    try writeLine()
  }

  /// Writes `# text`, which readers pass over; line ends in it become blanks.
  mutating func comment(_ text: String) throws(CaptureError) {
    line.removeAll(keepingCapacity: true)
    CaptureWriter.put(comment: text, into: &line)
    try writeLine()
  }

  /// Puts the same behind `lines`.
  static func put(comment text: String, into lines: inout [UInt8]) {
    lines.append(contentsOf: "# ".utf8)
    lines.append(contentsOf: text.utf8.map { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") ? 0x20 : $0 })
    lines.append(UInt8(ascii: "\n"))
  }

  private func writeLine() throws(CaptureError) {
    var rest = line[...]
    while !rest.isEmpty {
      do throws(SystemError) {
        rest = rest.dropFirst(try output.write(rest))
      } catch {
        switch error.code {
        case EINTR: continue
        case EAGAIN:
          var watched = pollfd(fd: output.number, events: Int16(POLLOUT), revents: 0)
          poll(&watched, 1, -1)
        default:
          takeBack(line.count - rest.count)
          throw CaptureError(error, name, verb: "written")
        }
      }
    }
  }

  /// Removes the last octets of a file, so that half a line doesn't stay; of a pipe nothing can be taken back.
  private func takeBack(_ count: Int) {
    guard count > 0, let size = output.fileSize else { return }
    _ = ftruncate(output.number, size - off_t(count))
  }
}

extension Descriptor {
  /// Nil unless it is a regular file.
  fileprivate var fileSize: off_t? {
    var info = stat()
    guard fstat(number, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
    return info.st_size
  }

  /// Nil unless it is a regular file with something in it, opened for reading too.
  fileprivate var lastOctet: UInt8? {
    var last: UInt8 = 0
    guard let size = fileSize, size > 0, pread(number, &last, 1, size - 1) == 1 else { return nil }
    return last
  }
}
