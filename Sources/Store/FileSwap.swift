import Foundation
internal import Metering

/// Puts a new log in the place of another, which stays under another name with all that is beside it. Nothing is ever overwritten.
///
///     ams.sqlite.salvage             ─►  ams.sqlite.damaged-X.new      it is whole: from here on the exchange is decided
///     ams.sqlite                     ─►  ams.sqlite.damaged-X          before its log goes: nobody may open it without
///     ams.sqlite-wal, -journal, -shm ─►  ams.sqlite.damaged-X-wal …    before the new one comes: it must never find these
///     ams.sqlite.damaged-X.new       ─►  ams.sqlite
///
/// A power cut between two steps leaves the name that ends in `.new`, and the next writer finishes what it says. It needs no
/// hard links, which memory cards with FAT do not have. (Who would judge by a write-ahead log whose database is missing would
/// be wrong when somebody has moved a damaged file away, and would replay it into another log.)
enum FileSwap {
  /// What becomes of the old one, as its new name says.
  enum Fate: String, CaseIterable {
    case damaged, replaced
  }

  private static let ready = ".new"
  private static let companions = Companion.allCases.map(\.rawValue)

  /// `ams.sqlite.damaged-20260115T130000Z`, with a number when that is taken: where the log at `path` will be kept.
  static func nameToKeep(_ path: String, as fate: Fate, at time: UTCTime) throws -> String {
    try free(
      "\(path).\(fate.rawValue)-\(time.iso8601.filter { $0 != "-" && $0 != ":" })", with: [ready] + companions)
  }

  /// - Parameter part: the new log, closed: one file.
  /// - Parameter kept: of `nameToKeep`.
  /// - Parameter afterStep: for tests, which look at what a power cut would leave.
  ///
  /// For the writer that holds the lock of `path`. Errors: as the disk has them; then all is as before, or the next writer finishes.
  static func put(
    _ part: String, inPlaceOf path: String, keepingAs kept: String, afterStep: () throws -> Void = {}
  ) throws {
    try Backup.sync(file: part)
    try move(part, to: kept + ready)
    do {
      try Backup.sync(file: folder(of: path))
      try afterStep()
      try exchange(path, keepingAs: kept, afterStep)
    } catch {
      // As long as the old one is in its place, nothing has happened.
      if exists(path), !exists(kept), exists(kept + ready) { _ = rename(kept + ready, part) }
      throw error
    }
  }

  /// Finishes an exchange that a power cut has interrupted. For the writer that holds the lock of `path`.
  static func finish(at path: String) throws {
    // Who exchanges files syncs the folder, and so reads it: in one that cannot be read nothing was begun.
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder(of: path))) ?? []
    let starts = Fate.allCases.map { (path as NSString).lastPathComponent + ".\($0.rawValue)-" }
    for entry in entries.sorted() where entry.hasSuffix(ready) && starts.contains(where: entry.hasPrefix) {
      try exchange(path, keepingAs: "\(folder(of: path))/\(entry.dropLast(ready.count))")
    }
  }

  /// The steps from the second on, or those of them that are left.
  private static func exchange(
    _ path: String, keepingAs kept: String, _ afterStep: () throws -> Void = {}
  ) throws {
    var name = kept
    if exists(path) {
      // Had somebody made a file at `path` since a power cut, that is kept as well.
      name = try move(path, to: kept)
      try afterStep()
    }
    for ending in companions where exists(path + ending) {
      try move(path + ending, to: name + ending)
      try afterStep()
    }
    // Not every file system keeps renames in their order.
    try Backup.sync(file: folder(of: path))
    try check(rename(kept + ready, path), path)
    try Backup.sync(file: folder(of: path))
  }

  /// - Returns: the name that it has now.
  @discardableResult
  private static func move(_ file: String, to name: String) throws -> String {
    let name = try free(name)
    try check(rename(file, name), file)
    return name
  }

  private static func free(_ name: String, with endings: [String] = []) throws -> String {
    for number in 1..<1000 {
      let numbered = name + (number == 1 ? "" : "-\(number)")
      if !exists(numbered), endings.allSatisfy({ !exists(numbered + $0) }) { return numbered }
    }
    throw StoreError("\(name): there are a thousand of that name. Move them away.", .host)
  }

  private static func folder(of path: String) -> String { (path as NSString).deletingLastPathComponent }

  private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private static func check(_ code: Int32, _ path: String) throws {
    guard code == 0 else { throw StoreError("\(path): \(String(cString: strerror(errno)))", .host) }
  }
}
