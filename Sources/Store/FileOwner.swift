import Foundation

/// To whom a file belongs. What root makes beside the log of a service belongs to that service, which must be able to write it.
struct FileOwner {
  let user: uid_t
  let group: gid_t

  /// Gives a file to this owner; 0, or the error of the system. Nothing is to do where it is theirs, and only root can.
  func give(_ descriptor: Int32) -> Int32 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return errno }
    guard geteuid() == 0, status.st_uid != user || status.st_gid != group else { return 0 }
    // A second name would be of a file that is not what it seems.
    guard status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else { return EPERM }
    return fchown(descriptor, user, group) == 0 ? 0 : errno
  }
}

extension DatabaseFile {
  /// That of the log, or of its folder where there is none; nil where neither can be asked.
  var owner: FileOwner? {
    var status = stat()
    let path = resolvedPath
    guard stat(path, &status) == 0 || stat((path as NSString).deletingLastPathComponent, &status) == 0 else {
      return nil
    }
    return FileOwner(user: status.st_uid, group: status.st_gid)
  }

  /// The rights on the log; nil where there is none.
  var rights: mode_t? {
    var status = stat()
    return stat(resolvedPath, &status) == 0 ? status.st_mode & 0o777 : nil
  }

  /// Gives a file that is to take the place of the log to the log's owner, with its rights.
  ///
  /// Errors: the system refuses.
  func handOver(_ part: String) throws {
    let descriptor = open(part, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreError("\(part): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    if let owner {
      let code = owner.give(descriptor)
      guard code == 0 else {
        throw StoreError(
          "\(part) cannot be given to the owner of \(path): \(String(cString: strerror(code))). Restore as that user.")
      }
    }
    // A log that its owner may not write is of no use to a logger.
    if let rights, fchmod(descriptor, rights | 0o600) != 0 {
      throw StoreError("\(part): \(String(cString: strerror(errno)))")
    }
  }
}
