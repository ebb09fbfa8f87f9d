import Foundation
internal import Metering

/// Puts a new log in the place of another, which stays under another name. Nothing is ever overwritten.
enum FileSwap {
  /// - Parameter word: the other is kept as `ams.sqlite.word-20260115T130000Z`, with what is beside it.
  /// - Returns: that name.
  static func put(_ part: String, inPlaceOf path: String, keepingAs word: String, at time: UTCTime) throws -> String {
    let kept = try freeName("\(path).\(word)-\(time.iso8601.filter { $0 != "-" && $0 != ":" })")
    // What is beside the log goes first: a new log must never find the write-ahead log, or the journal, of an older one.
    for ending in Companion.allCases.map(\.rawValue) where access(path + ending, F_OK) == 0 {
      try check(rename(path + ending, kept + ending), path)
    }
    // Then the file gets a second name, where the file system has such, so that at no moment there is no log.
    if access(path, F_OK) == 0, link(path, kept) != 0 { try check(rename(path, kept), path) }
    try check(rename(part, path), path)
    try Backup.sync(file: (path as NSString).deletingLastPathComponent)
    return kept
  }

  private static func freeName(_ name: String) throws -> String {
    for number in 1..<1000 {
      let numbered = name + (number == 1 ? "" : "-\(number)")
      let names = [""] + Companion.allCases.map(\.rawValue)
      if names.allSatisfy({ access(numbered + $0, F_OK) != 0 }) { return numbered }
    }
    throw StoreError("\(name): there are a thousand of that name. Move them away.")
  }

  private static func check(_ code: Int32, _ path: String) throws {
    guard code == 0 else { throw StoreError("\(path): \(String(cString: strerror(errno)))") }
  }
}
