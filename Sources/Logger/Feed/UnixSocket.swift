import Glibc

/// A Unix stream socket with a name in the file system: how to bind it and how to reach it.
///
/// The kernel takes names of at most 107 octets. A longer path is reached through its folder: that is opened, and the
/// socket is named `/proc/self/fd/N/name`.
struct UnixSocket: Hashable, Sendable {
  let path: String

  init(_ path: String) {
    self.path = path
  }

  /// Errors: EADDRINUSE when the name is taken; ENOENT, EACCES ... of the folder; ENAMETOOLONG.
  func bind(_ socket: borrowing Descriptor) throws(SystemError) {
    try withAddress { Glibc.bind(socket.number, $0, $1) }
  }

  /// Errors: ENOENT when nobody has made it; ECONNREFUSED when whoever made it has gone; EAGAIN when a socket that never
  /// blocks finds nobody taking calls; EACCES; ENAMETOOLONG.
  func connect(_ socket: borrowing Descriptor) throws(SystemError) {
    try withAddress { Glibc.connect(socket.number, $0, $1) }
  }

  /// A socket without a name that never blocks.
  static func make() throws(SystemError) -> Descriptor {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let number = socket(AF_UNIX, type, 0)
    guard number >= 0 else { throw SystemError(errno) }
    return Descriptor(owning: number)
  }

  // MARK: The name

  /// `O_PATH` (open(2)): enough to name what is in a folder, without the right to list it. Glibc's module lacks it.
  private static let pathOnly: Int32 = 0o10_000_000

  private func withAddress(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) throws(SystemError) {
    if let address = sockaddr_un(path: path) { return try address.pass(to: call) }
    guard !path.isEmpty else { throw SystemError(EINVAL) }
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
    let number = open(folder, O_DIRECTORY | O_CLOEXEC | UnixSocket.pathOnly)
    guard number >= 0 else { throw SystemError(errno) }
    let opened = Descriptor(owning: number)
    guard let address = sockaddr_un(path: "/proc/self/fd/\(opened.number)/\(name)") else {
      throw SystemError(ENAMETOOLONG)
    }
    try address.pass(to: call)
  }
}

extension sockaddr_un {
  /// Nil when the path is too long, empty, or has a zero octet.
  fileprivate init?(path: String) {
    self.init()
    let name = Array(path.utf8)
    guard !name.isEmpty, !name.contains(0), name.count < MemoryLayout.size(ofValue: sun_path) else { return nil }
    sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &sun_path) { $0.copyBytes(from: name) }
  }

  fileprivate func pass(to call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) throws(SystemError) {
    let result = withUnsafePointer(to: self) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        call($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw SystemError(errno) }
  }
}
