import Foundation

/// Turns over random bits of a file, in its place.
func flip(path: String, bits: Int, seed: UInt64) {
  let file = open(path, O_RDWR)
  guard file >= 0 else { quit("cannot write \(path)") }
  defer { close(file) }
  let size = lseek(file, 0, SEEK_END)
  guard size > 0 else { quit("\(path) is empty") }
  var random = Random(state: seed)
  for _ in 0..<bits {
    let place = off_t(UInt64.random(in: 0..<UInt64(size), using: &random))
    var octet: UInt8 = 0
    guard pread(file, &octet, 1, place) == 1 else { quit("cannot read \(path)") }
    octet ^= 1 << UInt8.random(in: 0..<8, using: &random)
    guard pwrite(file, &octet, 1, place) == 1 else { quit("cannot write \(path)") }
    print(place)
  }
}
