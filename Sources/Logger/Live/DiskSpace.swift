import Glibc

/// How much room there is on the disk of a file.
enum DiskSpace {
  /// Octets that this user may still write beside `path`; nil when the system does not say.
  static func free(besides path: String) -> Int64? {
    var info = statvfs()
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    guard statvfs(folder.isEmpty ? "/" : folder, &info) == 0 else { return nil }
    return Int64(clamping: info.f_bavail).multipliedReportingOverflow(by: Int64(clamping: info.f_frsize)).partialValue
  }
}
