import Glibc

/// What stands beside a log, by its name.
struct LogFiles: Hashable, Sendable {
  /// As the user named it.
  let database: String

  init(database: String) {
    self.database = database
  }

  /// The name by which logger and readers mean the same file: links are followed, where there is one.
  private var resolved: String {
    guard let whole = realpath(database, nil) else { return database }
    defer { free(whole) }
    return String(cString: whole)
  }

  /// The socket of the feed.
  var socket: String { resolved + ".socket" }

  /// The folder of the raw ring.
  var rawFolder: String { resolved + ".raw" }

  /// The file whose lock a writer holds.
  var lock: String { resolved + "-lock" }

  var folder: String {
    let path = resolved
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Octets of the database and its write-ahead log on disk; nil where there is none.
  var octets: Int64? {
    guard let main = FileSystem.size(of: resolved) else { return nil }
    return main + (FileSystem.size(of: resolved + "-wal") ?? 0)
  }

  /// Damaged logs that were set aside, in order of their names, as paths.
  var damaged: [String] {
    let path = resolved
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return FileSystem.entries(of: folder).filter { $0.hasPrefix(name + ".damaged-") }
      // What SQLite has beside a database goes with it; `.new` is the one that comes instead.
      .filter { entry in !["-wal", "-shm", "-lock", "-journal", ".new"].contains { entry.hasSuffix($0) } }
      .sorted().map { "\(folder == "/" ? "" : folder)/\($0)" }
  }
}

/// Questions to the file system that have an answer or none.
enum FileSystem {
  static func size(of path: String) -> Int64? {
    var info = stat()
    return stat(path, &info) == 0 ? Int64(info.st_size) : nil
  }

  /// Octets that this user may still write where `path` is.
  static func free(at path: String) -> Int64? {
    var info = statvfs()
    guard statvfs(path, &info) == 0 else { return nil }
    return Int64(clamping: UInt64(info.f_bavail).multipliedReportingOverflow(by: UInt64(info.f_frsize)).partialValue)
  }

  /// The names in a folder, without hidden ones; none if it cannot be read.
  static func entries(of folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }

  /// The beginning of a file, as files of the kernel have it; nil if it cannot be read.
  static func text(of path: String, most: Int = 64 * 1024) -> String? {
    let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard number >= 0 else { return nil }
    let file = Descriptor(owning: number)
    var octets = [UInt8](repeating: 0, count: most)
    var count = 0
    while count < most {
      guard case .octets(let more) = file.read(into: &octets, at: count..<most) else { break }
      count += more
    }
    return String(decoding: octets[..<count], as: UTF8.self)
  }
}
