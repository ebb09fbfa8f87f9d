import Glibc

/// The bound socket of a feed: made here, and its name removed when it goes.
struct FeedListener: ~Copyable, Sendable {
  let descriptor: Descriptor
  private let path: String
  /// Which file it made, so that it never removes another's.
  private let device: dev_t
  private let inode: ino_t

  /// Readers that the kernel keeps waiting until they are accepted.
  private static let backlog: Int32 = 64

  /// Binds and listens. What a dead process left under the name is replaced; what a live one serves is not.
  ///
  /// Every local user may read the feed, as they may the log: whoever is to be kept out is kept out of the folder.
  init(path: String) throws(FeedError) {
    try FeedListener.clear(UnixSocket(path))
    descriptor = try FeedListener.bound(path)
    self.path = path
    // A name that has gone again in the meantime is nobody's to remove.
    var info = stat()
    lstat(path, &info)
    (device, inode) = (info.st_dev, info.st_ino)
  }

  private static func bound(_ path: String) throws(FeedError) -> Descriptor {
    do throws(SystemError) {
      let socket = try UnixSocket.make()
      try UnixSocket(path).bind(socket)
      guard chmod(path, 0o666) == 0, listen(socket.number, FeedListener.backlog) == 0 else { throw SystemError(errno) }
      return socket
    } catch {
      guard error.code == ENOENT else { throw FeedError(error, path, verb: "made") }
      throw FeedError(.path, path, "its folder does not exist", advice: "make the folder, or name another --socket")
    }
  }

  deinit { removeName() }

  /// Nobody finds it any longer. A second time does nothing.
  func removeName() {
    var info = stat()
    if lstat(path, &info) == 0, info.st_dev == device, info.st_ino == inode { unlink(path) }
  }

  /// Removes the name of a socket that nobody serves any longer.
  private static func clear(_ name: UnixSocket) throws(FeedError) {
    var info = stat()
    guard lstat(name.path, &info) == 0 else { return }
    guard info.st_mode & S_IFMT == S_IFSOCK else {
      throw FeedError(
        .notSocket, name.path, "is there and is no socket", advice: "move it away, or name another place with --socket")
    }
    do throws(SystemError) {
      let probe = try UnixSocket.make()
      try name.connect(probe)
    } catch {
      switch error.code {
      case ENOENT: return
      case ECONNREFUSED:
        guard unlink(name.path) == 0 || errno == ENOENT else {
          throw FeedError(SystemError(errno), name.path, verb: "replaced")
        }
        return
      // A live one whose calls wait.
      case EAGAIN: break
      default: throw FeedError(error, name.path, verb: "replaced")
      }
    }
    throw FeedError(
      .taken, name.path, "another ams-logger serves it",
      advice: "stop that one, or name another place with --socket")
  }
}
