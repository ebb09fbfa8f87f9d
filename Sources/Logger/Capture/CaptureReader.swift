import Glibc
import Metering

/// Some octets of a capture, as one read brought them.
struct CapturedRead: Hashable, Sendable {
  /// When the last of the octets had come; nil if the file does not say.
  var arrival: UTCTime?
  var octets: [UInt8]
  /// The line of the file, from 1; nil for raw octets.
  var line: Int?
}

/// Reads recorded octets in any `CaptureForm`, in constant memory, and says of each line that it cannot read why.
///
/// The form is found from the content, never from the name. Times may go backwards from line to line. Blank lines,
/// lines starting with `#` and a byte order mark are passed over.
struct CaptureReader: ~Copyable {
  /// No line is longer than this, in octets; it holds the largest read 30 times over.
  static let longestLine = 1 << 20

  let form: CaptureForm
  /// The path, or `standard input`.
  let name: String
  /// The line of which the last comment says that the reads behind it are; nil where none does.
  private(set) var lineForm: LineForm?
  private var input: ChunkReader
  private var line = 0

  /// Opens a file and reads its beginning.
  ///
  /// - Parameters:
  ///   - path: a file; `-` is standard input.
  ///   - stop: ends the capture early when it is requested.
  ///   - chunk: octets for each read from the file.
  init(path: String, stop: Stop? = nil, chunk: Int = 256 * 1024) throws(CaptureError) {
    let name = path == "-" ? "standard input" : path
    let number = path == "-" ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { throw CaptureError(SystemError(errno), name, verb: "opened") }
    var input = ChunkReader(Descriptor(owning: number), chunk: chunk, stop: stop)
    var form = CaptureForm.hex
    do throws(SystemError) {
      while input.unread.count < 8 || form == .hex && input.unread.count < CaptureForm.headLength {
        guard try input.fill() else { break }
        form = CaptureForm(head: input.unread.prefix(CaptureForm.headLength))
      }
    } catch {
      throw CaptureError(error, name, verb: "read")
    }
    if form != .octets, input.unread.starts(with: CaptureForm.byteOrderMark) { input.skip(3) }
    self.form = form
    self.input = input
    self.name = name
  }

  /// The next read; nil at the end. After a `badLine` error the next call goes on with the line that follows.
  mutating func next() throws(CaptureError) -> CapturedRead? {
    guard form != .octets else { return try nextChunk() }
    while true {
      line += 1
      switch try nextLine() {
      case .line(let text): if let read = try parse(text) { return read }
      case .tooLong: throw failure("longer than \(CaptureReader.longestLine >> 20) MiB", "break it into shorter lines")
      case .end: return nil
      }
    }
  }

  /// Nil if the line has no octets: a blank one or a comment.
  private mutating func parse(_ line: ArraySlice<UInt8>) throws(CaptureError) -> CapturedRead? {
    let text = line.trimmed
    let column = text.startIndex - line.startIndex + 1
    guard let first = text.first else { return nil }
    guard first != UInt8(ascii: "#") else {
      lineForm = LineForm(commentLine: String(decoding: text.prefix(40), as: UTF8.self)) ?? lineForm
      return nil
    }
    guard form == .capture else {
      let octets = try octets(of: text, column: column)
      return octets.isEmpty ? nil : CapturedRead(octets: octets, line: self.line)
    }
    let time = text.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
    guard let arrival = UTCTime(iso8601: String(decoding: time, as: UTF8.self)) else {
      throw failure(
        "\u{201C}\(String(decoding: time.prefix(30), as: UTF8.self))\u{201D} is not a time",
        "a line begins like 2026-01-15T13:00:11.250Z and a blank")
    }
    let octets = try octets(of: text[time.endIndex...], column: column + time.count)
    guard !octets.isEmpty else {
      throw failure("no octets after the time", "write them as hex digits, or remove the line")
    }
    return CapturedRead(arrival: arrival, octets: octets, line: self.line)
  }

  private func octets(of text: ArraySlice<UInt8>, column: Int) throws(CaptureError) -> [UInt8] {
    do throws(HexText.Fault) {
      return try HexText.octets(of: text.span, column: column)
    } catch {
      throw failure("\(error)", "octets are written as pairs of hex digits, without offsets")
    }
  }

  private func failure(_ reason: String, _ advice: String) -> CaptureError {
    CaptureError(.badLine, name, line: line, reason, advice: advice)
  }

  private mutating func nextLine() throws(CaptureError) -> ChunkReader.Line {
    do throws(SystemError) {
      return try input.nextLine(limit: CaptureReader.longestLine)
    } catch {
      throw CaptureError(error, name, verb: "read")
    }
  }

  private mutating func nextChunk() throws(CaptureError) -> CapturedRead? {
    do throws(SystemError) {
      return try input.nextChunk().map { CapturedRead(octets: Array($0)) }
    } catch {
      throw CaptureError(error, name, verb: "read")
    }
  }
}
