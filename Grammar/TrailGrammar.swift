/// The definition files of the language, as text: what the binder, help and completion read.
///
/// The files lie beside this one, so that a reader of `Grammar/` sees the very data that the program uses.
public enum TrailGrammar {
  /// `words.txt`: one word a line, with its definition in the language itself and its meaning.
  public static var words: String { String(decoding: PackageResources.words_txt, as: UTF8.self) }

  /// `fields.txt`: one short field name a line, with where it is found in a record and its meaning.
  public static var fields: String { String(decoding: PackageResources.fields_txt, as: UTF8.self) }

  /// `stages.txt`: one stage a line, with its form, its meaning and an example.
  public static var stages: String { String(decoding: PackageResources.stages_txt, as: UTF8.self) }
}
