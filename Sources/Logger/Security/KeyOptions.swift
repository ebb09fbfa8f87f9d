import ArgumentParser
import Frames

/// Where the keys of encrypted meters are. Never the keys themselves: the arguments of a program are for all to see.
struct KeyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file with the keys of encrypted meters, of mode 0600.",
      discussion: "Lines: encryption_key = 32 hex digits, authentication_key = 32 hex digits.", valueName: "file"))
  var keyFile: String?

  func decryptor() throws(KeyFileError) -> APDUDecryptor {
    guard let keyFile else { return APDUDecryptor() }
    return APDUDecryptor(keys: try KeyFile.read(keyFile), cipher: CryptoGCM())
  }
}
