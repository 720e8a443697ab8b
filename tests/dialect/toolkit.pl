# Renders Template Toolkit: a JSON array [text, values] a line in, {"text"} or {"error"} a line out.
use strict; use warnings; use utf8;
use JSON::PP; use Template; use open qw(:std);
my $json = JSON::PP->new->utf8;
binmode(STDIN); binmode(STDOUT); $| = 1;
my $engine = Template->new({ ENCODING => "utf8", EVAL_PERL => 0 });
sub plain {
    my $value = shift;
    return JSON::PP::is_bool($value) ? ($value ? 1 : "") : $value unless ref $value && !JSON::PP::is_bool($value);
    return [map { plain($_) } @$value] if ref $value eq "ARRAY";
    return { map { $_ => plain($value->{$_}) } keys %$value };
}
my %parsed;
sub parsed {
    my $text = shift;
    %parsed = () if keys %parsed > 500;
    return $parsed{$text} //= $engine->context->template(\$text);
}
while (my $line = <STDIN>) {
    my ($text, $values) = @{ $json->decode($line) };
    my $said = "";
    local $SIG{__WARN__} = sub {};
    my $done = eval { $engine->process(parsed($text), plain($values), \$said) };
    my $reply = $done ? { text => $said } : { error => "" . ($@ || $engine->error) };
    print $json->encode($reply), "\n";
}
