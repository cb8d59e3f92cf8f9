/**
 * The engine's own functions that a final text may call, by name. Functions of our macro schema are not listed: we made them.
 * Not here, and so refused: whatever reads files, other texts, settings, catalogs, sequences, statistics or variables, runs
 * SQL from a string, writes logs, or raises an error with a chosen text.
 */
const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "");

/** The schema of our macros. */
export const MACRO_SCHEMA = "lakeward_fn";

export const operators: ReadonlySet<string> = new Set(
  words("+ - * / // % ** ^ & | << >> ~ || ~~ !~~ ~~~ ~~* !~~* @ ! -> ->> @> <@ && ^@ not"),
);

const text = words(`
  ascii bar base64 bit_length chr char_length character_length concat concat_ws contains ends_with suffix prefix starts_with
  format from_base64 from_hex to_hex hex unhex to_base64 unbin bin instr strpos position left left_grapheme right length
  strlen length_grapheme like_escape not_like_escape ilike_escape not_ilike_escape lcase lower ucase upper lpad rpad ltrim
  rtrim trim md5 sha1 sha256 md5_number ord unicode printf regexp_escape regexp_extract regexp_extract_all
  regexp_full_match regexp_matches regexp_replace regexp_split_to_array repeat replace reverse split split_part str_split
  string_split str_split_regex string_split_regex string_to_array strip_accents substr substring substring_grapheme
  translate url_decode url_encode levenshtein editdist3 damerau_levenshtein hamming mismatches jaccard jaro_similarity
  jaro_winkler_similarity encode decode to_binary bit_count crc32 hash nfc_normalize soundex`);

const numbers = words(`
  abs acos acosh add asin asinh atan atan2 atanh cbrt ceil ceiling cos cosh cot degrees divide even exp factorial floor
  fdiv fmod gamma gcd greatest_common_divisor isfinite isinf isnan lcm least_common_multiple lgamma ln log log10 log2
  mod multiply nextafter pi pow power radians round round_even roundbankers sign signbit sin sinh sqrt subtract tan tanh
  trunc xor to_base least greatest width_bucket equi_width_bins random`);

const times = words(`
  age century current_date date_add date_diff datediff date_part datepart date_sub datesub date_trunc datetrunc day
  dayname dayofmonth dayofweek dayofyear decade epoch epoch_ms epoch_us epoch_ns era extract hour isodow isoyear
  julian last_day make_date make_time make_timestamp make_timestamp_ms make_timestamp_ns make_timestamptz microsecond
  millennium millisecond minute month monthname nanosecond quarter second strftime strptime try_strptime time_bucket
  timezone timezone_hour timezone_minute to_centuries to_days to_decades to_hours to_microseconds to_millennia
  to_milliseconds to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years week weekday weekofyear year
  yearweek normalized_interval justify_days justify_hours justify_interval date timestamp`);

const nested = words(`
  aggregate apply array_aggr array_aggregate array_append array_apply array_cat array_concat array_contains array_distinct
  array_extract array_filter array_grade_up array_has array_has_all array_has_any array_indexof array_intersect
  array_length array_pop_back array_pop_front array_position array_prepend array_push_back array_push_front array_reduce
  array_resize array_reverse array_reverse_sort array_select array_slice array_sort array_to_string array_transform
  array_unique array_value array_where array_zip cardinality element_at filter flatten generate_series grade_up len
  list_aggr list_aggregate list_any_value list_append list_apply list_avg list_bool_and list_bool_or list_cat list_concat
  list_contains list_count list_distinct list_element list_extract list_filter list_first list_grade_up list_has
  list_has_all list_has_any list_indexof list_intersect list_last list_max list_median list_min list_mode list_pack
  list_position list_prepend list_product list_reduce list_resize list_reverse list_reverse_sort list_select list_slice
  list_sort list_sum list_transform list_unique list_value list_where list_zip map map_concat map_contains
  map_contains_entry map_contains_value map_entries map_extract map_extract_value map_from_entries map_keys map_values
  range reduce row struct_concat struct_extract struct_extract_at struct_insert struct_pack struct_update unnest unpivot_list
  array_intersect list_intersect json_array_length json_contains json_exists json_extract json_extract_path
  json_extract_path_text json_extract_string json_keys json_structure json_type json_valid json_value json json_array
  json_object json_quote to_json array_to_json row_to_json from_json json_transform json_transform_strict from_json_strict
  json_group_array json_group_object json_group_structure json_merge_patch`);

const choices = words(`coalesce if ifnull nullif constant_or_null typeof is_histogram_other_bin uuid gen_random_uuid`);

const aggregates = words(`
  any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null arg_min arg_min_null
  argmax argmin array_agg avg bit_and bit_or bit_xor bitstring_agg bool_and bool_or corr count count_if count_star countif
  covar_pop covar_samp entropy favg first fsum geomean geometric_mean group_concat histogram histogram_exact kahan_sum
  kurtosis kurtosis_pop last list listagg mad max max_by mean median min min_by mode product quantile quantile_cont
  quantile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy
  reservoir_quantile sem skewness stddev stddev_pop stddev_samp string_agg sum sum_no_overflow sumkahan var_pop var_samp
  variance grouping grouping_id`);

const windows = words(`
  row_number rank rank_dense dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value fill`);

export const functions: ReadonlySet<string> = new Set(
  [text, numbers, times, nested, choices, aggregates, windows].flat(),
);

/** Functions that may stand in FROM: they make rows of their arguments and of nothing else. */
export const tableFunctions: ReadonlySet<string> = new Set(["unnest", "range", "generate_series"]);

/** Types that a text may name beyond those the engine's parser knows itself; a user-made type is refused. */
export const unboundTypes: ReadonlySet<string> = new Set(["json", "int", "string", "text", "bool", "float4", "float8"]);
