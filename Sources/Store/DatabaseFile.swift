import Foundation

/// The file of a database as a user named it, looked at before SQLite is let near it: SQLite's own answers to a folder,
/// a missing folder or a device are no help to anybody.
struct DatabaseFile {
  enum Use { case reading, writing }

  /// As the user wrote it, for messages.
  let path: String

  /// Checks that the file can be used.
  ///
  /// A missing or empty file is fine for a writer, which makes it. Errors: a folder, a device, a missing folder, no
  /// permission; for a reader also a missing file.
  init(path: String, for use: Use) throws(StoreError) {
    self.path = path
    guard !path.isEmpty else { throw StoreError("the name of the database is empty. Point --database at a file.") }
    if let status = try DatabaseFile.status(of: path) {
      try check(status, for: use)
    } else {
      try checkMissing(for: use)
    }
  }

  /// The name for SQLite, which takes a bare `:memory:` or `file:` for something else than a file.
  var openPath: String { path.hasPrefix("/") ? path : "./" + path }

  /// The name by which everybody means the same file: absolute, without links; of a link that leads nowhere yet, where to.
  var resolvedPath: String {
    if let whole = realpath(path, nil) {
      defer { free(whole) }
      return String(cString: whole)
    }
    guard let whole = realpath(folder, nil) else { return openPath }
    defer { free(whole) }
    let folder = String(cString: whole)
    if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path),
      let file = try? DatabaseFile(path: target.hasPrefix("/") ? target : "\(folder)/\(target)", for: .writing)
    {
      return file.resolvedPath
    }
    return folder + "/" + (path.split(separator: "/").last ?? "")
  }

  /// What tells whether the file has changed: its write-ahead log and its journal are empty or absent, its own time and size.
  struct Fingerprint: Hashable {
    let isComplete: Bool
    let seconds: Int
    let nanoseconds: Int
    let size: Int
  }

  var fingerprint: Fingerprint {
    var file = stat()
    let path = resolvedPath
    let hasLog = Companion.writeAheadLog.isFilled(beside: path) || Companion.journal.isFilled(beside: path)
    _ = stat(path, &file)
    return Fingerprint(
      isComplete: !hasLog, seconds: file.st_mtim.tv_sec, nanoseconds: file.st_mtim.tv_nsec, size: file.st_size)
  }

  private var folder: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private func check(_ status: stat, for use: Use) throws(StoreError) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR:
      let example = path.hasSuffix("/") ? path : path + "/"
      throw StoreError("\(path) is a folder. Point --database at a file in it, for example \(example)ams.sqlite")
    default: throw StoreError("\(path) is not a regular file. Point --database at another file.")
    }
    switch use {
    case .reading where access(path, R_OK) != 0:
      throw StoreError("\(path): no permission to read. Let this user read the file and its folder.")
    case .writing where access(path, R_OK | W_OK) != 0:
      throw StoreError.notWritable(path)
    default: break
    }
  }

  private func checkMissing(for use: Use) throws(StoreError) {
    guard let status = try DatabaseFile.status(of: folder) else {
      throw StoreError("\(path): the folder \(folder) does not exist. Create it, or point --database at another file.")
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw StoreError("\(path): \(folder) is not a folder. Point --database at another file.")
    }
    switch use {
    case .reading:
      throw StoreError("\(path) does not exist. Start ams-logger first, or point --database at another file.")
    case .writing:
      guard !path.hasSuffix("/"), access(folder, W_OK | X_OK) == 0 else { throw StoreError.notWritable(path) }
    }
  }

  /// Nil when nothing has this name.
  private static func status(of path: String) throws(StoreError) -> stat? {
    var status = stat()
    guard stat(path, &status) != 0 else { return status }
    let code = errno
    guard code != ENOENT else { return nil }
    throw StoreError("\(path): \(String(cString: strerror(code))). Point --database at a file that this user may use.")
  }
}
