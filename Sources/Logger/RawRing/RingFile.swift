import Glibc
import Metering

/// A file of a raw ring: whose it is, and which hour. `main-20260115T13.capture`; when an hour is too much for one file, further
/// ones follow as `main-20260115T13_002.capture`.
struct RingFile: Hashable {
  /// The input's name, made safe.
  let stem: String
  /// The full hour, UTC, in which it was begun.
  let hour: UTCTime
  /// From 1.
  let part: Int

  private static let suffix = ".capture"

  init(stem: String, hour: UTCTime, part: Int = 1) {
    self.stem = stem
    self.hour = hour
    self.part = part
  }

  /// Nil for a name that no ring has made.
  init?(name: String) {
    guard name.hasSuffix(RingFile.suffix) else { return nil }
    var rest = name.dropLast(RingFile.suffix.count)
    var part = 1
    if let mark = rest.lastIndex(of: "_"), rest.distance(from: mark, to: rest.endIndex) == 4,
      let number = Int(rest[rest.index(after: mark)...]), number > 1
    {
      part = number
      rest = rest[..<mark]
    }
    let digits = rest.suffix(11)
    guard digits.count == 11, rest.dropLast(11).last == "-",
      let hour = UTCTime(
        iso8601: "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.dropFirst(6).prefix(5)):00:00Z")
    else { return nil }
    self.init(stem: String(rest.dropLast(12)), hour: hour, part: part)
  }

  var name: String {
    let time = hour.iso8601.prefix(13).filter { $0 != "-" }
    return "\(stem)-\(time)\(part > 1 ? "_\(padded(part, to: 3))" : "")\(RingFile.suffix)"
  }

  /// The file for what this one has no room for.
  var next: RingFile { RingFile(stem: stem, hour: hour, part: min(part, 998) + 1) }

  func path(in folder: String) -> String { "\(folder)/\(name)" }

  /// An input's name as a part of a file name: what is not a letter, a digit, `-`, `_` or `.` becomes `%2F` and the like, so
  /// that two names stay two.
  static func stem(of input: String) -> String {
    var stem = ""
    for octet in input.utf8.prefix(60) {
      let scalar = Unicode.Scalar(octet)
      let isPlain =
        scalar.isASCII && (scalar.properties.isAlphabetic || 0x30...0x39 ~= octet || "-_.".utf8.contains(octet))
      stem += isPlain && !(stem.isEmpty && scalar == ".") ? String(scalar) : "%" + HexText.text(of: [octet])
    }
    return stem
  }

  // MARK: In a folder

  static func all(in folder: String) -> [RingFile] {
    FileSystem.entries(of: folder).compactMap(RingFile.init(name:))
  }

  /// The file of an hour that was written last, or else its first.
  static func last(in folder: String, stem: String, hour: UTCTime) -> RingFile {
    let parts = all(in: folder).filter { $0.stem == stem && $0.hour == hour }
    return parts.max { $0.part < $1.part } ?? RingFile(stem: stem, hour: hour)
  }

  /// Cuts off what stands behind the last line feed: half a line that a power cut has left, or what was never written of it.
  func mend(in folder: String) {
    let number = open(path(in: folder), O_RDWR | O_CLOEXEC)
    guard number >= 0 else { return }
    let file = Descriptor(owning: number)
    var end = FileSystem.size(of: path(in: folder)) ?? 0
    var block = [UInt8](repeating: 0, count: 4096)
    while end > 0 {
      let start = max(0, end - Int64(block.count))
      let count = pread(file.number, &block, Int(end - start), off_t(start))
      guard count == Int(end - start) else { return }
      if let feed = block[..<count].lastIndex(of: UInt8(ascii: "\n")) {
        end = start + Int64(feed) + 1
        break
      }
      end = start
    }
    if end != FileSystem.size(of: path(in: folder)) { _ = ftruncate(file.number, off_t(end)) }
  }

  /// Removes what is beyond `hours` of an input, then the oldest until no more than `mostOctets` are left; never `keeping`.
  static func prune(_ folder: String, hours: Int, mostOctets: Int64, keeping: RingFile?) {
    var files = all(in: folder).sorted { ($0.hour, $0.part) < ($1.hour, $1.part) }
    for stem in Set(files.map(\.stem)) {
      let kept = Set(Set(files.lazy.filter { $0.stem == stem }.map(\.hour)).sorted().suffix(hours))
      for file in files where file.stem == stem && !kept.contains(file.hour) && file != keeping {
        unlink(file.path(in: folder))
      }
    }
    files.removeAll { FileSystem.size(of: $0.path(in: folder)) == nil }
    var octets = files.reduce(0) { $0 + (FileSystem.size(of: $1.path(in: folder)) ?? 0) }
    for file in files where octets > mostOctets && file != keeping {
      octets -= FileSystem.size(of: file.path(in: folder)) ?? 0
      unlink(file.path(in: folder))
    }
  }
}
