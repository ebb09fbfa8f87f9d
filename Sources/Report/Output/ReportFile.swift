import Foundation

/// A file that is there when it is whole: written aside in the same folder, then renamed. On failure nothing is left of
/// it, and an older file of that name stays as it was.
struct ReportFile {
  let path: String

  /// - Throws: which file could not be written and why.
  func write(_ body: (inout DescriptorOutput) throws(ReportFailure) -> Void) throws(ReportFailure) {
    // Through a symbolic link the file itself is replaced, not the link.
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    var status = stat()
    let exists = stat(target, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR {
      throw ReportFailure("cannot write \(path): it is a folder; name a file in it")
    }
    if exists, status.st_mode & S_IFMT != S_IFREG {
      // A pipe or a device cannot be replaced, only written to.
      try write(body, to: open(target, O_WRONLY), thenKeepAs: nil, in: target)
      return
    }
    let aside = "\(target).\(getpid()).tmp"
    unlink(aside)
    let mode = exists ? status.st_mode & 0o777 : 0o666
    do {
      try write(body, to: open(aside, O_WRONLY | O_CREAT | O_EXCL, mode), thenKeepAs: target, in: aside)
    } catch {
      unlink(aside)
      throw error
    }
  }

  private func write(
    _ body: (inout DescriptorOutput) throws(ReportFailure) -> Void, to descriptor: Int32, thenKeepAs target: String?,
    in place: String
  ) throws(ReportFailure) {
    guard descriptor >= 0 else { throw failure(errno) }
    defer { close(descriptor) }
    var output = DescriptorOutput(descriptor)
    try body(&output)
    output.flush()
    guard output.error == 0 else { throw failure(output.error) }
    guard let target else { return }
    guard fsync(descriptor) == 0, rename(place, target) == 0 else { throw failure(errno) }
  }

  private func failure(_ error: Int32) -> ReportFailure {
    ReportFailure("cannot write \(path): \(String(cString: strerror(error)))")
  }
}
