import Frames
import Glibc

/// A file with the keys of meters, for its owner's eyes alone.
///
///     encryption_key     = 32 hex digits
///     authentication_key = 32 hex digits, where the grid company gave one
///
///     # The meters after this line have keys of their own.
///     system_title       = 16 hex digits
///     encryption_key     = …
///
/// No error ever quotes the file: a line that is wrong may hold a key all the same.
enum KeyFile {
  /// Reads the keys of `path`. Mode and owner are those of the file that was opened, whatever its name means by then.
  static func read(_ path: String) throws(KeyFileError) -> KeyRing {
    let number = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard number >= 0 else { throw KeyFileError(path, "cannot be opened: \(SystemError(errno))") }
    let descriptor = Descriptor(owning: number)
    try checkIsPrivate(descriptor, path)
    var text = [UInt8](repeating: 0, count: longest + 1)
    var count = 0
    while count < text.count {
      switch descriptor.read(into: &text, at: count..<text.count) {
      case .octets(let more):
        count += more
        continue
      case .nothing: continue
      case .failed(let error): throw KeyFileError(path, "cannot be read: \(error)")
      case .ended: return try parse(text[..<count], path)
      }
    }
    throw KeyFileError(path, "is longer than \(longest) octets: that is no key file")
  }

  /// A thousand meters.
  private static let longest = 128 * 1024

  private static func checkIsPrivate(_ descriptor: borrowing Descriptor, _ path: String) throws(KeyFileError) {
    var status = stat()
    guard fstat(descriptor.number, &status) == 0 else {
      throw KeyFileError(path, "cannot be looked at: \(SystemError(errno))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw KeyFileError(path, "is no regular file") }
    guard status.st_uid == geteuid() || status.st_uid == 0 else {
      throw KeyFileError(
        path,
        "belongs to user \(status.st_uid), who could change the keys; make it your own: chown \(geteuid()) \(path)")
    }
    let mode = status.st_mode & 0o7777
    guard mode & ~0o600 == 0 else {
      throw KeyFileError(
        path, "has mode 0\(String(mode, radix: 8)), and keys are for their owner alone; run: chmod 600 \(path)")
    }
  }
}

// MARK: - The text

extension KeyFile {
  /// The keys of a meter as far as they were read.
  private struct Section {
    var line: Int
    var title: SystemTitle?
    var encryption: Key128?
    var authentication: Key128?
  }

  static func parse(_ text: some Collection<UInt8>, _ path: String) throws(KeyFileError) -> KeyRing {
    var sections = [Section(line: 1)]
    var number = 0
    for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      guard let (name, value) = try assignment(line, number, path) else { continue }
      if name == "system_title" {
        let title = SystemTitle(
          try octets(value, SystemTitle.size, name, number, path).reduce(0) { $0 << 8 | UInt64($1) })
        guard !sections.contains(where: { $0.title == title }) else {
          throw KeyFileError(path, line: number, "this system_title stands there twice")
        }
        sections.append(Section(line: number, title: title))
        continue
      }
      let place = name == "encryption_key" ? \Section.encryption : \Section.authentication
      guard sections[sections.count - 1][keyPath: place] == nil else {
        throw KeyFileError(
          path, line: number, "\(name) stands there twice for one meter; begin another with system_title")
      }
      sections[sections.count - 1][keyPath: place] = Key128(try octets(value, Key128.size, name, number, path))
    }
    return try ring(sections, path)
  }

  private static func ring(_ sections: [Section], _ path: String) throws(KeyFileError) -> KeyRing {
    var ring = KeyRing()
    for section in sections {
      guard let encryption = section.encryption else {
        if section.title == nil, section.authentication == nil { continue }
        throw KeyFileError(path, line: section.line, "encryption_key is missing here; \(form)")
      }
      let keys = MeterKeys(encryption: encryption, authentication: section.authentication)
      if let title = section.title { ring.meters[title] = keys } else { ring.common = keys }
    }
    guard !ring.isEmpty else { throw KeyFileError(path, "holds no key; \(form)") }
    return ring
  }

  private static let form = "write a line: encryption_key = 32 hex digits"

  /// Name and value of a line; nil for one that is empty or a comment.
  private static func assignment(
    _ line: some Collection<UInt8>, _ number: Int, _ path: String
  ) throws(KeyFileError) -> (name: String, value: [UInt8])? {
    let text = line.filter { $0 != UInt8(ascii: "\r") }
    guard let first = text.first(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }),
      first != UInt8(ascii: "#")
    else { return nil }
    let parts = text.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(decoding: parts[0].filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }, as: UTF8.self)
    guard parts.count == 2, ["encryption_key", "authentication_key", "system_title"].contains(name) else {
      throw KeyFileError(
        path, line: number, "expected encryption_key, authentication_key or system_title, then = and hex digits")
    }
    return (name, Array(parts[1]))
  }

  /// Hex digits, in groups or not, with a comment behind them or not.
  private static func octets(
    _ value: [UInt8], _ count: Int, _ name: String, _ number: Int, _ path: String
  ) throws(KeyFileError) -> [UInt8] {
    guard let octets = try? HexText.octets(of: value.span), octets.count == count else {
      throw KeyFileError(path, line: number, "\(name) must be \(2 * count) hex digits")
    }
    return octets
  }
}

/// Why keys could not be had: which file, which line, what is wrong, what to do. It never holds what stands in the file.
struct KeyFileError: Advice, Hashable {
  let description: String

  init(_ path: String, line: Int? = nil, _ reason: String) {
    description = "key file \(path)\(line.map { ", line \($0)" } ?? ""): \(reason)"
  }
}
